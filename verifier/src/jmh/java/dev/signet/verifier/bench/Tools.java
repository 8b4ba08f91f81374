package dev.signet.verifier.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The same by a client that nobody of us wrote, h2load, and beside HAProxy, which checks the signature each time. */
final class Tools {
    private static final int CONNECTIONS = 4;
    private static final int IN_FLIGHT = 32;
    private static final int SECONDS = 2;
    private static final int WARM_UP_ROUNDS = 3;

    private final Rig rig;
    private final Figures figures;
    private final Path folder;

    private record Load(double perSecond, double cpuMicros) {}

    private interface Target {
        Load run() throws Exception;
    }

    Tools(Rig rig, Figures figures) throws IOException {
        this.rig = rig;
        this.figures = figures;
        this.folder = Files.createTempDirectory("signet-bench-tools");
    }

    void run() throws Exception {
        if (!ServerProcess.isInstalled("h2load")) {
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
        boolean beside = ServerProcess.isInstalled("haproxy");
        try (HaProxy haproxy = beside ? new HaProxy(folder, rig.signed.publicKey()) : null) {
            Target verifying = () -> http(java.util.Objects.requireNonNull(haproxy));
            List<Load> ours = new ArrayList<>();
            List<Load> floor = new ArrayList<>();
            List<Load> peer = new ArrayList<>();
            for (int round = -WARM_UP_ROUNDS; round < Throughput.ROUNDS; round++) {
                Load first = echo.run();
                Load second = sidecar.run();
                Load third = beside ? verifying.run() : null;
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
            List<Load> ours,
            String against,
            List<Load> theirs,
            Figure.Bound rate,
            Figure.@Nullable Bound cpu) {
        figures.add(
                name,
                Throughput.median(ours, Load::perSecond),
                "1/s",
                against,
                Throughput.median(theirs, Load::perSecond),
                rate);
        figures.add(
                name + ", server CPU a call",
                Throughput.median(ours, Load::cpuMicros),
                "µs",
                against,
                Throughput.median(theirs, Load::cpuMicros),
                cpu);
    }

    private Load grpc(Rig.Subject subject, Path body) throws Exception {
        return h2load(
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
    private Load http(HaProxy haproxy) throws Exception {
        return h2load(
                haproxy.process(),
                List.of(
                        "--h1",
                        "-c" + CONNECTIONS * IN_FLIGHT,
                        "-H",
                        "authorization: Bearer " + rig.tokens[0],
                        "http://127.0.0.1:" + haproxy.port() + "/"));
    }

    private static Load h2load(ServerProcess server, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("h2load", "-t1", "-D" + SECONDS));
        command.addAll(arguments);
        double before = server.cpuMicros();
        String said = ServerProcess.output(command);
        double cpu = server.cpuMicros() - before;
        Matcher counts = Pattern.compile("requests: \\d+ total, \\d+ started, (\\d+) done, (\\d+) succeeded")
                .matcher(said);
        Matcher statuses = Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx")
                .matcher(said);
        if (!counts.find() || !statuses.find() || !counts.group(1).equals(counts.group(2))) {
            throw new IllegalStateException("h2load failed: " + said);
        }
        long done = Long.parseLong(counts.group(2));
        if (done == 0 || Long.parseLong(statuses.group(3)) + Long.parseLong(statuses.group(4)) > 0) {
            throw new IllegalStateException("h2load was refused: " + said);
        }
        return new Load(done / (double) SECONDS, cpu / done);
    }

    /** A front end that checks the bearer token, and answers by itself. */
    private static final class HaProxy implements AutoCloseable {
        private final int port = ServerProcess.freePort();
        private final ServerProcess process;

        HaProxy(Path folder, java.security.PublicKey key) throws Exception {
            Path pem = Files.writeString(
                    folder.resolve("key.pem"),
                    "-----BEGIN PUBLIC KEY-----\n"
                            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                            + "\n-----END PUBLIC KEY-----\n");
            Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                    global
                      nbthread 2
                    defaults
                      mode http
                      timeout client 30s
                    frontend tokens
                      bind 127.0.0.1:%d
                      http-request set-var(txn.token) http_auth_bearer
                      acl good var(txn.token),jwt_verify(ES256,"%s") 1
                      http-request return status 200 if good
                      http-request return status 401
                    """.formatted(port, pem));
            process = ServerProcess.start(List.of("/usr/sbin/haproxy", "-db", "-q", "-f", configuration.toString()));
            FirstAnswer.awaitListening(ServerProcess.loopback(port));
        }

        ServerProcess process() {
            return process;
        }

        int port() {
            return port;
        }

        @Override
        public void close() throws InterruptedException {
            process.close();
        }
    }
}
