package dev.signet.verifier.sidecar;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An authority over loopback that says what the test has it say, and how a sidecar is to follow it. */
final class FollowedAuthority implements AutoCloseable {
    static final ListenAddress ANY_PORT = new ListenAddress("127.0.0.1", 0);

    private static final TestKey KEY = TestKey.shared(Algorithm.ES256);

    private final CompletableFuture<FakeAuthority.Watch> pinged = new CompletableFuture<>();
    private final FakeAuthority authority = new FakeAuthority(this::heard);
    private final Server server;
    private final int port;

    FollowedAuthority() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(authority)
                .build()
                .start();
        port = server.getPort();
    }

    private void heard(FakeAuthority.Watch watch, WatchRequest request) {
        if (request.hasPing()) {
            pinged.complete(watch);
        }
    }

    /** Hands over a trust state that no pong has confirmed yet; the first ping waits for its answer. */
    FakeAuthority.Watch tell() throws Exception {
        authority.setClock(Instant.now());
        FakeAuthority.Watch watch = pinged.get(20, TimeUnit.SECONDS);
        watch.snapshot(TestTrust.installation(5, Freshness.NEVER, KEY));
        return watch;
    }

    /** Hands over a trust state that is current as of the first ping. */
    void serve() throws Exception {
        tell().pong(5);
    }

    /** One that is good now. */
    static String token() {
        return TestTokens.of(Kind.PLATFORM)
                .with("iat", Instant.now().getEpochSecond())
                .with("exp", Instant.now().getEpochSecond() + 600)
                .sign();
    }

    /** A sidecar that answers over gRPC where it is told to. */
    SidecarConfig overGrpc(ListenAddress listen, @Nullable Path socket) {
        return config(listen, socket, ANY_PORT, null);
    }

    /** A sidecar that answers over HTTP where it is told to. */
    SidecarConfig overHttp(ListenAddress listen, @Nullable Path socket) {
        return config(ANY_PORT, null, listen, socket);
    }

    private SidecarConfig config(
            ListenAddress listen, @Nullable Path socket, ListenAddress httpListen, @Nullable Path httpSocket) {
        return new SidecarConfig(
                new ListenAddress("127.0.0.1", port),
                "credential",
                null,
                listen,
                socket,
                httpListen,
                httpSocket,
                null,
                Set.of(),
                false,
                new VerifierConfig(
                        TestTokens.ISSUER,
                        Set.of(TestTokens.AUDIENCE),
                        VerifierConfig.MAXIMUM_SKEW,
                        null,
                        SidecarConfig.DEFAULT_CACHED_TOKENS));
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
