package dev.signet.verifier.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.grpc.ApiKey;
import dev.signet.verifier.testkit.FakeAccessTokens;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example, over real connections and by real clocks; the authority is played. */
class TwoServicesTest {
    /** Long calls are checked every quarter of it. */
    private static final TrustPolicy POLICY = new TrustPolicy(Duration.ofSeconds(8));

    private static final ApiKey KEY = new ApiKey(TestTokens.id(IdType.KEY), "sgk_secret");
    private static final ResourcePath HERE =
            ResourcePath.deployment(TestTokens.ORGANIZATION, TestTokens.WORKSPACE, TestTokens.DEPLOYMENT);

    @Test
    @Timeout(60)
    void oneCallsTheOtherUntilItsKeyIsGone() throws Exception {
        FakeAuthority authority = new FakeAuthority(TwoServicesTest::answer);
        authority.setClock(Instant.now());
        TestTokens token = TestTokens.of(Kind.ACCESS)
                .with("iat", Instant.now().getEpochSecond())
                .with("exp", Instant.now().getEpochSecond() + 3600)
                .grants(Map.of(TestTokens.DEPLOYMENT, List.of("DEPLOYMENT_ADMIN")));
        FakeAccessTokens exchange = new FakeAccessTokens();
        exchange.answer(asked -> asked.grant(token.sign(), Duration.ofHours(1)));
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(authority)
                .addService(exchange)
                .build()
                .start();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort());

        try (DeployService deploys = DeployService.start(address, new BearerToken("credential"), HERE);
                BuildService builds = BuildService.start(
                        address, KEY, new InetSocketAddress(InetAddress.getLoopbackAddress(), deploys.port()))) {
            String who = "organizations/%s/workspaces/-/deployments/%s/apiKeys/%s"
                    .formatted(TestTokens.ORGANIZATION, TestTokens.DEPLOYMENT, token.subject());
            assertEquals("shop:42 deployed by " + who, builds.deploy("shop:42"));
            assertIsServing(deploys.port());

            CompletableFuture<String> first = new CompletableFuture<>();
            CompletableFuture<Status> end = new CompletableFuture<>();
            builds.watch("shop", new Events(first, end));
            assertEquals("watching shop", first.get());

            authority
                    .latest()
                    .change(
                            TestTokens.ORGANIZATION,
                            new TrustChange.Revoked(Indexes.of(List.of(TestTokens.STATUS_INDEX))),
                            6,
                            5);
            assertEquals(Code.UNAUTHENTICATED, end.get().getCode());
            StatusRuntimeException refusal = assertThrows(StatusRuntimeException.class, () -> builds.deploy("shop:43"));
            assertEquals(Code.UNAUTHENTICATED, refusal.getStatus().getCode());
            assertEquals(
                    "the credential is refused: REVOKED", refusal.getStatus().getDescription());
            assertEquals(1, exchange.exchanges().size());
        } finally {
            server.shutdownNow();
        }
    }

    /** Without a token, as a load balancer does. */
    private static void assertIsServing(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        assertEquals(
                ServingStatus.SERVING,
                HealthGrpc.newBlockingStub(channel)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus());
        channel.shutdownNow();
    }

    private static void answer(FakeAuthority.Watch watch, WatchRequest request) {
        if (request.hasSubscribe()) {
            watch.snapshot(new InstallationTrust(
                    5,
                    Freshness.NEVER,
                    Map.of(
                            TestKey.shared(Algorithm.ES256).id(),
                            TestTrust.trusted(TestKey.shared(Algorithm.ES256), KeyState.ACTIVE)),
                    TestTrust.ROLES,
                    POLICY,
                    Indexes.NONE,
                    0));
            watch.snapshot(TestTrust.organization(5, Freshness.NEVER));
        } else if (request.hasPing()) {
            watch.pong(request.getPing(), 5);
        }
    }

    private record Events(CompletableFuture<String> first, CompletableFuture<Status> end)
            implements StreamObserver<String> {
        @Override
        public void onNext(String event) {
            first.complete(event);
        }

        @Override
        public void onError(Throwable error) {
            end.complete(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
