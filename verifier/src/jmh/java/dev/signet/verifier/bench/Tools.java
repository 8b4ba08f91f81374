package dev.signet.verifier.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The same by a client that nobody of us wrote, h2load, and beside HAProxy, which checks the signature each time. */
final class Tools {
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 32;
    private static final int WARM_UP_ROUNDS = 3;

    private final Rig rig;
    private final Figures figures;
    private final Path folder;

    private interface Target {
        H2Load.Load run() throws Exception;
    }

    Tools(Rig rig, Figures figures) throws IOException {
        this.rig = rig;
        this.figures = figures;
        this.folder = Files.createTempDirectory("signet-bench-tools");
    }

    void run() throws Exception {
        if (!H2Load.isInstalled()) {
            System.out.println("skipped: h2load and HAProxy, as h2load (nghttp2-client) is not installed");
            return;
        }
        Path body = folder.resolve("request");
        byte[] message = Requests.verify(rig.tokens[0]);
        Files.write(
                body,
                ByteBuffer.allocate(5 + message.length)
                        .put((byte) 0)
                        .putInt(message.length)
                        .put(message)
                        .array());
        Target echo = () -> grpc(rig.echo, body);
        Target sidecar = () -> grpc(rig.sidecar, body);
        boolean beside = HaProxy.isInstalled();
        try (HaProxy haproxy = beside ? new HaProxy(folder, rig.signed.publicKey()) : null) {
            Target verifying = () -> http(java.util.Objects.requireNonNull(haproxy));
            List<H2Load.Load> ours = new ArrayList<>();
            List<H2Load.Load> floor = new ArrayList<>();
            List<H2Load.Load> peer = new ArrayList<>();
            for (int round = -WARM_UP_ROUNDS; round < Throughput.ROUNDS; round++) {
                H2Load.Load first = echo.run();
                H2Load.Load second = sidecar.run();
                H2Load.Load third = beside ? verifying.run() : null;
                if (round >= 0) {
                    floor.add(first);
                    ours.add(second);
                    if (third != null) {
                        peer.add(third);
                    }
                }
            }
            String name = "Verify over TCP by h2load, 4 connections × 32 in flight";
            compare(name, ours, "echo", floor, Figure.atLeast(0.85), null);
            if (beside) {
                compare(name, ours, "HAProxy jwt_verify ES256", peer, Figure.atLeast(5), Figure.atMost(1.0 / 8));
            } else {
                System.out.println("skipped: HAProxy, which is not installed");
            }
        }
    }

    private void compare(
            String name,
            List<H2Load.Load> ours,
            String against,
            List<H2Load.Load> theirs,
            Figure.Bound rate,
            Figure.@Nullable Bound cpu) {
        figures.add(
                name,
                Throughput.median(ours, H2Load.Load::perSecond),
                "1/s",
                against,
                Throughput.median(theirs, H2Load.Load::perSecond),
                rate);
        figures.add(
                name + ", server CPU a call",
                Throughput.median(ours, H2Load.Load::cpuMicros),
                "µs",
                against,
                Throughput.median(theirs, H2Load.Load::cpuMicros),
                cpu);
    }

    private H2Load.Load grpc(Rig.Subject subject, Path body) throws Exception {
        return H2Load.run(
                subject.process(),
                List.of(
                        "-c" + CONNECTIONS,
                        "-m" + IN_FLIGHT,
                        "-d",
                        body.toString(),
                        "-H",
                        "content-type: application/grpc",
                        "-H",
                        "te: trailers",
                        "http://127.0.0.1:" + subject.port() + "/signet.v1.VerifierService/Verify"));
    }

    /** HTTP/1.1 has one request at a time on each connection, so there are as many connections as calls. */
    private H2Load.Load http(HaProxy haproxy) throws Exception {
        return H2Load.run(
                haproxy.process(),
                List.of(
                        "--h1",
                        "-c" + CONNECTIONS * IN_FLIGHT,
                        "-H",
                        "authorization: Bearer " + rig.tokens[0],
                        "http://127.0.0.1:" + haproxy.port() + "/"));
    }
}
