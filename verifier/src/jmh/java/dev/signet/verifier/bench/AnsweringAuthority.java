package dev.signet.verifier.bench;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Freshness;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.time.Instant;

/** The feed of one organization, of which nothing has ended: tells all of it once, and then answers every ping. */
final class AnsweringAuthority implements AutoCloseable {
    private static final int REVISION = 5;

    private final FakeAuthority authority = new FakeAuthority(this::heard);
    private final Server server;

    AnsweringAuthority() throws IOException {
        server = NettyServerBuilder.forAddress(ServerProcess.loopback(0))
                .addService(authority)
                .build()
                .start();
    }

    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    private void heard(FakeAuthority.Watch watch, WatchRequest request) {
        if (request.hasSubscribe()) {
            watch.snapshot(TestTrust.installation(REVISION, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
            watch.snapshot(TestTrust.organization(REVISION, Freshness.NEVER));
        } else if (request.hasLoad()) {
            watch.snapshot(TestTrust.organization(REVISION, Freshness.NEVER));
        } else if (request.hasPing()) {
            authority.setClock(Instant.now());
            watch.pong(request.getPing(), REVISION);
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
