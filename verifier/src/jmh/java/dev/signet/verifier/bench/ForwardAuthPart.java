package dev.signet.verifier.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.signet.verifier.bench.H2Load.Load;
import dev.signet.verifier.token.Algorithm;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Forward-auth over HTTP/1.1 as a process, beside a server that answers the same and decides nothing, and beside
 * HAProxy, which checks the token's signature by itself. All have two threads, and get the same requests, in rounds
 * that alternate.
 */
final class ForwardAuthPart implements Benchmarks.Part {
    private static final int CONNECTIONS = 128;
    private static final int WARM_UP_ROUNDS = 3;
    private static final String ANYBODY = "/forward-auth/caddy";
    private static final String ACCEPTED = "HTTP/1.1 200 OK";
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private final SignedTokens signed = new SignedTokens(Algorithm.ES256);
    private final String token = signed.next();

    /** A server that is asked for the same. */
    private record Subject(ServerProcess process, int port, List<Load> rounds) {
        Subject(ServerProcess process, int port) {
            this(process, port, new ArrayList<>());
        }
    }

    @Override
    public void run(Figures figures) throws Exception {
        if (!H2Load.isInstalled()) {
            System.out.println("skipped: forward-auth, as h2load (nghttp2-client) is not installed");
            return;
        }
        Path folder = Files.createTempDirectory("signet-bench-forward-auth");
        int port = ServerProcess.freePort();
        int barePort = ServerProcess.freePort();
        try (AnsweringAuthority authority = new AnsweringAuthority();
                ServerProcess sidecar = ServerProcess.java(
                        SidecarServer.class,
                        String.valueOf(ServerProcess.freePort()),
                        folder.resolve("sidecar.sock").toString(),
                        authority.address(),
                        String.valueOf(port));
                ServerProcess bare = ServerProcess.java(BareHttpServer.class, floor(barePort, awaitAccepted(port)));
                HaProxy haproxy = HaProxy.isInstalled() ? new HaProxy(folder, signed.publicKey()) : null) {
            FirstAnswer.awaitListening(ServerProcess.loopback(barePort));
            Subject ours = new Subject(sidecar, port);
            Subject floor = new Subject(bare, barePort);
            Subject peer = haproxy == null ? null : new Subject(haproxy.process(), haproxy.port());
            for (int round = -WARM_UP_ROUNDS; round < Throughput.ROUNDS; round++) {
                for (Subject subject : peer == null ? List.of(floor, ours) : List.of(floor, ours, peer)) {
                    Load load = load(subject);
                    if (round >= 0) {
                        subject.rounds().add(load);
                    }
                }
            }
            report(figures, ours, floor, peer);
        }
    }

    private static void report(Figures figures, Subject ours, Subject floor, @Nullable Subject peer) {
        String name = "forward-auth of a known token, HTTP/1.1, " + CONNECTIONS + " connections";
        add(figures, name, "1/s", ours, "bare Netty", floor, Load::perSecond, Figure.atLeast(0.85));
        add(figures, name + ", server CPU", "µs", ours, "bare Netty", floor, Load::cpuMicros, null);
        if (peer == null) {
            System.out.println("skipped: HAProxy, which is not installed");
            return;
        }
        String against = "HAProxy jwt_verify ES256";
        add(figures, name, "1/s", ours, against, peer, Load::perSecond, Figure.atLeast(3));
        add(figures, name + ", server CPU", "µs", ours, against, peer, Load::cpuMicros, null);
    }

    private static void add(
            Figures figures,
            String name,
            String unit,
            Subject ours,
            String against,
            Subject theirs,
            ToDoubleFunction<Load> value,
            Figure.@Nullable Bound bound) {
        figures.add(
                name,
                Throughput.median(ours.rounds(), value),
                unit,
                against,
                Throughput.median(theirs.rounds(), value),
                bound);
    }

    private Load load(Subject subject) throws Exception {
        return H2Load.run(
                subject.process(),
                List.of(
                        "--h1",
                        "-c" + CONNECTIONS,
                        "-H",
                        "authorization: Bearer " + token,
                        "http://127.0.0.1:" + subject.port() + ANYBODY));
    }

    /** The sidecar's answer, once it accepts the token. */
    private String awaitAccepted(int port) throws IOException {
        FirstAnswer.awaitListening(ServerProcess.loopback(port));
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String request = "GET " + ANYBODY + " HTTP/1.1\r\nHost: bench\r\nConnection: close\r\nAuthorization: Bearer "
                + token + "\r\n\r\n";
        while (true) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.getOutputStream().write(request.getBytes(US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
                if (answer.startsWith(ACCEPTED)) {
                    return answer;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException("not accepted in time, at last " + answer);
                }
            }
        }
    }

    /** The arguments of a server that answers with the same headers. */
    private static String[] floor(int port, String answer) {
        List<String> arguments = new ArrayList<>(List.of(String.valueOf(port)));
        answer.lines()
                .skip(1)
                .filter(line -> line.contains(": ") && !line.startsWith("Connection"))
                .forEach(line -> arguments.addAll(List.of(line.split(": ", 2))));
        return arguments.toArray(String[]::new);
    }
}
