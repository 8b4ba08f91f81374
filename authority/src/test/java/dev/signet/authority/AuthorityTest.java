package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.feed.Heard;
import dev.signet.authority.grpc.GrpcConfig;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.v1.CreateOrganizationRequest;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import dev.signet.v1.ListOrganizationsRequest;
import dev.signet.v1.Organization;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole process, on a port. */
@Timeout(60)
final class AuthorityTest {
    @TempDir
    private Path folder;

    private interface Use<T> {
        T with(ManagedChannel channel) throws Exception;
    }

    /** Starts an authority on the folder, lets a client use it, and closes it. */
    private <T> T running(AuthorityConfig config, Use<T> use) throws Exception {
        try (Authority authority = Authority.start(config)) {
            ManagedChannel channel = NettyChannelBuilder.forAddress(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), authority.port()))
                    .usePlaintext()
                    .build();
            try {
                return use.with(channel);
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private AuthorityConfig config() {
        return TestAuthority.config(folder.resolve("data"));
    }

    private AuthorityConfig config(KeysConfig keys, ListenAddress listen) {
        AuthorityConfig defaults = config();
        return new AuthorityConfig(
                defaults.store(),
                keys,
                defaults.tokens(),
                defaults.feed(),
                new GrpcConfig(listen, false),
                defaults.http(),
                defaults.limits());
    }

    private String platformToken() throws IOException {
        return Files.readString(folder.resolve("data/platform-token")).strip();
    }

    private static DirectoryServiceBlockingStub directory(ManagedChannel channel, String token) {
        return DirectoryServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(InProcess.bearer(token))
                .withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    private static List<Organization> organizations(ManagedChannel channel, String token) {
        return directory(channel, token)
                .listOrganizations(ListOrganizationsRequest.getDefaultInstance())
                .getOrganizationsList();
    }

    private static Organization create(ManagedChannel channel, String token) {
        return directory(channel, token)
                .createOrganization(CreateOrganizationRequest.newBuilder()
                        .setOrganization(Organization.newBuilder().setDisplayName("Acme"))
                        .build())
                .getOrganization();
    }

    /** The installation's part and the ledger's id, as a verifier gets them. */
    private record Told(String ledgerId, Snapshot snapshot, WatchResponse welcome) {}

    private static Told snapshot(ManagedChannel channel, String token) throws InterruptedException {
        LinkedBlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
        StreamObserver<WatchRequest> requests = TrustServiceGrpc.newStub(channel)
                .withCallCredentials(InProcess.bearer(token))
                .watch(new StreamObserver<>() {
                    @Override
                    public void onNext(WatchResponse message) {
                        received.add(message);
                    }

                    @Override
                    public void onError(Throwable error) {}

                    @Override
                    public void onCompleted() {}
                });
        requests.onNext(WatchRequest.newBuilder()
                .setSubscribe(Subscribe.getDefaultInstance())
                .build());
        WatchResponse welcome = received.poll(20, TimeUnit.SECONDS);
        WatchResponse first = received.poll(20, TimeUnit.SECONDS);
        requests.onCompleted();
        return new Told(
                Heard.statement(first).getLedgerId(),
                Heard.snapshots(List.of(first)).get(0),
                welcome);
    }

    @Test
    void startedAgainItIsTheSame() throws Exception {
        Told before = running(config(), channel -> {
            create(channel, platformToken());
            return snapshot(channel, platformToken());
        });
        assertTrue(before.snapshot().hasInstallation());
        String token = platformToken();
        Told after = running(config(), channel -> {
            assertEquals(1, organizations(channel, token).size());
            return snapshot(channel, token);
        });
        assertEquals(before.ledgerId(), after.ledgerId());
        assertEquals(before.welcome(), after.welcome(), "the feed key stays");
        assertEquals(
                before.snapshot().getInstallation().getKeysList(),
                after.snapshot().getInstallation().getKeysList());
        assertEquals(before.snapshot().getRevision(), after.snapshot().getRevision());
        assertEquals(token, platformToken());
    }

    @Test
    void healthNeedsNoCredential() throws Exception {
        running(config(), channel -> {
            for (String service : List.of("", "signet.v1.TokenService", "signet.v1.TrustService")) {
                assertEquals(
                        ServingStatus.SERVING,
                        HealthGrpc.newBlockingStub(channel)
                                .check(HealthCheckRequest.newBuilder()
                                        .setService(service)
                                        .build())
                                .getStatus());
            }
            return channel;
        });
    }

    @Test
    void aPortInUseIsRefusedAndTheFolderIsFreeAgain() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ListenAddress listen = new ListenAddress("127.0.0.1", taken.getLocalPort());
            InvalidConfiguration refusal = assertThrows(
                    InvalidConfiguration.class,
                    () -> Authority.start(config(KeysConfig.of(null, null), listen))
                            .close());
            assertEquals("listen", refusal.key());
            assertTrue(refusal.getMessage().contains(listen.toString()), refusal.getMessage());
        }
        running(config(), channel -> create(channel, platformToken()));
    }

    @Test
    void anotherMasterKeyIsRefusedAndChangesNothing() throws Exception {
        running(config(), channel -> create(channel, platformToken()));
        String token = platformToken();
        String other = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
        ListenAddress anywhere = new ListenAddress("127.0.0.1", 0);
        AuthorityConfig wrong = config(KeysConfig.of(null, other), anywhere);
        for (Runnable start :
                List.<Runnable>of(() -> Authority.start(wrong).close(), () -> Authority.resetPlatformToken(wrong))) {
            InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, start::run);
            assertEquals("master-key", refusal.key());
            assertFalse(refusal.getMessage().contains(other));
        }
        Files.move(folder.resolve("data/master-key"), folder.resolve("elsewhere"));
        assertEquals(
                "master-key-file",
                assertThrows(
                                InvalidConfiguration.class,
                                () -> Authority.start(config()).close())
                        .key());
        assertTrue(Files.notExists(folder.resolve("data/master-key")));
        AuthorityConfig moved = config(KeysConfig.of(folder.resolve("elsewhere"), null), anywhere);
        assertEquals(token, platformToken());
        assertEquals(1, running(moved, channel -> organizations(channel, token)).size());
    }

    @Test
    void aResetEndsTheTokenBeforeAndNothingElse() throws Exception {
        running(config(), channel -> create(channel, platformToken()));
        String before = platformToken();
        assertEquals(folder.resolve("data/platform-token"), Authority.resetPlatformToken(config()));
        assertNotEquals(before, platformToken());
        running(config(), channel -> {
            assertEquals(1, organizations(channel, platformToken()).size());
            StatusRuntimeException refused =
                    assertThrows(StatusRuntimeException.class, () -> organizations(channel, before));
            assertEquals(Status.Code.UNAUTHENTICATED, refused.getStatus().getCode());
            return channel;
        });
    }

    @Test
    void issuersAndAudiencesAreCheckedAtTheStart() {
        for (String issuer :
                List.of("", "signet", "ftp://x", "https://", "https://a b", "https://a?b", "https://a#b")) {
            assertEquals(
                    "issuer",
                    assertThrows(InvalidConfiguration.class, () -> new TokensConfig(issuer, List.of("signet")))
                            .key());
        }
        for (String audience : List.of("", " ", "a b", "é", "a\"b", "a,b", "x".repeat(201))) {
            assertEquals(
                    "audience",
                    assertThrows(
                                    InvalidConfiguration.class,
                                    () -> new TokensConfig("https://a", List.of("signet", audience)))
                            .key());
        }
        assertEquals(
                "audience",
                assertThrows(InvalidConfiguration.class, () -> new TokensConfig("https://a", List.of()))
                        .key());
    }
}
