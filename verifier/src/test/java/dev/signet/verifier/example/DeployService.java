package dev.signet.verifier.example;

import static io.grpc.stub.ServerCalls.asyncServerStreamingCall;
import static io.grpc.stub.ServerCalls.asyncUnaryCall;

import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.grpc.MethodPermissions;
import dev.signet.verifier.grpc.TokenInterceptor;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The service that is called. It knows its own deployment, and asks for a permission on that. */
public final class DeployService implements AutoCloseable {
    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final CountDownLatch current = new CountDownLatch(1);
    private final ManagedChannel authority;
    private final TrustFeed feed;
    private final Server server;

    private DeployService(InetSocketAddress authorityAddress, CallCredentials credential, ResourcePath deployment)
            throws IOException {
        TrustState trust = new TrustState();
        TokenVerifier verifier =
                new TokenVerifier(VerifierConfig.of("https://signet.local", "signet"), trust, Clocks.SYSTEM);
        authority =
                NettyChannelBuilder.forAddress(authorityAddress).usePlaintext().build();
        feed = new TrustFeed(
                AuthorityLink.over(authority, credential),
                FeedKeys.of(null, null),
                KeptTrust.nowhere(),
                new Subscription(Set.of(), false, null, "deploys", "1.0"),
                trust,
                new TrustCodec(new VerificationKeys()),
                Clocks.SYSTEM,
                scheduler,
                new SecureRandom(),
                verifier::takeUses,
                current::countDown);

        MethodPermissions permissions = MethodPermissions.builder()
                .require(Deploys.CREATE, "deployment.deploys.create", deployment)
                .require(Deploys.WATCH, "deployment.deploys.create", deployment)
                .openServices(HealthGrpc.SERVICE_NAME)
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .intercept(new TokenInterceptor(verifier, trust, permissions, scheduler))
                .addService(handlers())
                .addService(new HealthStatusManager().getHealthService())
                .build();
        permissions.requireServedBy(server.getServices());
    }

    /** Starts it, and returns once it knows which tokens are good. */
    public static DeployService start(InetSocketAddress authority, CallCredentials credential, ResourcePath deployment)
            throws IOException, InterruptedException {
        DeployService service = new DeployService(authority, credential, deployment);
        service.feed.start();
        service.current.await();
        service.server.start();
        return service;
    }

    /** With the environment of {@code signet dev}, whose token may watch the trust state. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> environment = System.getenv();
        String[] address =
                environment.getOrDefault("SIGNET_ADDRESS", "127.0.0.1:8470").split(":", -1);
        DeployService service = start(
                new InetSocketAddress(address[0], Integer.parseInt(address[1])),
                new BearerToken(environment.get("ASTRO_API_TOKEN")),
                ResourcePath.deployment(
                        environment.get("SIGNET_ORGANIZATION"),
                        environment.get("SIGNET_WORKSPACE"),
                        environment.get("SIGNET_DEPLOYMENT")));
        System.out.println("deploys on 127.0.0.1:" + service.port());
        service.server.awaitTermination();
    }

    public int port() {
        return server.getPort();
    }

    private static ServerServiceDefinition handlers() {
        return ServerServiceDefinition.builder(Deploys.SERVICE)
                .addMethod(Deploys.CREATE, asyncUnaryCall(DeployService::create))
                .addMethod(Deploys.WATCH, asyncServerStreamingCall(DeployService::watch))
                .build();
    }

    private static void create(String image, StreamObserver<String> response) {
        String who = TokenInterceptor.verdict().claims().principalName();
        response.onNext(image + " deployed by " + who);
        response.onCompleted();
    }

    /** Says that it listens, and then nothing until the call ends. */
    private static void watch(String deployment, StreamObserver<String> response) {
        response.onNext("watching " + deployment);
    }

    @Override
    public void close() {
        server.shutdownNow();
        feed.close();
        authority.shutdownNow();
        scheduler.shutdown();
    }
}
