package dev.signet.verifier.bench;

import dev.signet.verifier.bench.LoadClient.Result;
import dev.signet.verifier.bench.Rig.Subject;
import dev.signet.verifier.token.Algorithm;
import io.grpc.MethodDescriptor;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What {@code authority/bin/signet sidecar} takes, from its start to full speed, beside a bare health server with the
 * very flags of its virtual machine, an archive of its own classes, and crypto as it is published, which has to inflate
 * its native library. The authority is up; the first answer is to a token that was never seen, and for the health server
 * one signature check at its start.
 */
public final class Footprint {
    private static final int STARTS = 15;
    private static final int LOADS = 3;
    /** An odd number has a median. */
    private static final int LOOKS = 41;
    /** Out of step with what gives memory back once a second. */
    private static final long LOOK_MILLIS = 730;

    private static final MethodDescriptor<byte[], byte[]> CHECK_HEALTH = Bytes.method(HealthGrpc.getCheckMethod());
    private static final byte[] WHOLE_SERVER = {};

    private final SignedTokens signed = new SignedTokens(Algorithm.ES256);
    private final Figures figures;
    private final Path launcher;
    private final Path folder;

    private interface Launch {
        ServerProcess at(int port, Path socket) throws Exception;
    }

    private interface Question {
        byte[] firstAnswer(InetSocketAddress address) throws Exception;
    }

    /** A server to start, what it is asked first, and with what it is kept busy. */
    private record Contender(
            Launch launch, Question question, MethodDescriptor<byte[], byte[]> method, Supplier<byte[]> requests) {}

    private Footprint(Figures figures) throws IOException {
        this.figures = figures;
        this.launcher =
                Path.of("..", "authority", "bin", "signet").toAbsolutePath().normalize();
        this.folder = Files.createTempDirectory("signet-bench-footprint");
    }

    public static void run(Figures figures) throws Exception {
        new Footprint(figures).measure();
    }

    private void measure() throws Exception {
        try (AnsweringAuthority authority = new AnsweringAuthority()) {
            Launch sidecar = launcher(authority.address());
            Launch health = archived(flagsOf(sidecar));
            String against = "bare health server with the same flags";

            List<Double> ours = new ArrayList<>();
            List<Double> floor = new ArrayList<>();
            List<Double> most = new ArrayList<>();
            List<Double> floorsMost = new ArrayList<>();
            for (int load = 0; load < LOADS; load++) {
                floorsMost.add(load(health(health), floor));
                most.add(load(sidecar(sidecar), ours));
            }
            String name = "sidecar, resident at full speed";
            figures.add(name, median(ours), "MiB", against, median(floor), Figure.atMost(1.2));
            name += ", at most";
            figures.add(name, Collections.max(most), "MiB", against, Collections.max(floorsMost), Figure.atMost(1.2));
            figures.add(name, Collections.max(most), "MiB", "its limit", 100, Figure.atMost(1));

            // After the loads, by which what measures has been compiled.
            ours.clear();
            floor.clear();
            for (int start = 0; start < STARTS; start++) {
                floor.add(firstAnswerMillis(health(health)));
                ours.add(firstAnswerMillis(sidecar(sidecar)));
            }
            name = "sidecar, first answer after exec";
            figures.add(name, median(ours), "ms", against, median(floor), Figure.atMost(1.2));
            figures.add(name, median(ours), "ms", "its limit", 450, Figure.atMost(1));
        }
    }

    private static double median(List<Double> values) {
        return Throughput.median(values, value -> value);
    }

    private Contender sidecar(Launch launch) {
        String firstSeen = signed.next();
        return new Contender(
                launch,
                address -> FirstAnswer.await(address, firstSeen),
                LoadClient.VERIFY,
                Requests.inTurns(signed.next(1_000), Requests::verify));
    }

    private static Contender health(Launch launch) {
        return new Contender(
                launch,
                address -> FirstAnswer.await(address, CHECK_HEALTH, WHOLE_SERVER),
                CHECK_HEALTH,
                () -> WHOLE_SERVER);
    }

    private double firstAnswerMillis(Contender contender) throws Exception {
        int port = ServerProcess.freePort();
        long begin = System.nanoTime();
        try (ServerProcess process = contender.launch.at(port, folder.resolve(port + ".sock"))) {
            var unused = contender.question.firstAnswer(ServerProcess.loopback(port));
            return (System.nanoTime() - begin) / 1e6;
        }
    }

    /**
     * Half a minute at full speed.
     *
     * @param resident gets what it takes time and again, as what the compilers take comes and goes
     * @return what it took at most, in MiB
     */
    private double load(Contender contender, List<Double> resident) throws Exception {
        int port = ServerProcess.freePort();
        Path socket = folder.resolve(port + ".sock");
        try (ServerProcess process = contender.launch.at(port, socket)) {
            int answerLength = contender.question.firstAnswer(ServerProcess.loopback(port)).length;
            try (LoadClient client = new LoadClient(new Subject(process, port, socket).unix(), contender.method)) {
                for (int look = 0; look < LOOKS; look++) {
                    Result result = client.unary(contender.requests, 128, answerLength, LOOK_MILLIS);
                    if (result.odd() + result.failed() > 0) {
                        throw new IllegalStateException("not all were answered as they should be: " + result);
                    }
                    resident.add(process.residentMiB());
                }
                return process.mostResidentMiB();
            }
        }
    }

    private Launch launcher(String authority) {
        return (port, socket) -> ServerProcess.start(
                List.of(launcher.toString(), "sidecar", "--listen", "127.0.0.1:" + port, "--socket", socket.toString()),
                Map.of(
                        "SIGNET_BUILD",
                        "never",
                        "SIGNET_ADDRESS",
                        authority,
                        "SIGNET_SIDECAR_HTTP_LISTEN",
                        "127.0.0.1:0",
                        "ASTRO_API_TOKEN",
                        signed.next()));
    }

    /** What the launcher gave to the virtual machine, without class path and archive. */
    private List<String> flagsOf(Launch sidecar) throws Exception {
        int port = ServerProcess.freePort();
        try (ServerProcess process = sidecar.at(port, folder.resolve("flags.sock"))) {
            FirstAnswer.await(ServerProcess.loopback(port), signed.next());
            String line = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "cmdline"));
            List<String> words = Arrays.asList(line.split("\0"));
            return words.subList(0, words.indexOf("-cp")).stream()
                    .filter(word -> !word.startsWith("-XX:SharedArchiveFile") && !word.startsWith("-Dsignet."))
                    .toList();
        }
    }

    /** The health server, with its classes in an archive as the sidecar has its own; folders cannot be archived, jars can. */
    private Launch archived(List<String> flags) throws Exception {
        Path archive = folder.resolve("health.jsa");
        List<String> jars = new ArrayList<>();
        int made = 0;
        for (String entry : System.getProperty("java.class.path").split(":")) {
            if (Files.isDirectory(Path.of(entry))) {
                Path jar = folder.resolve("classes" + made++ + ".jar");
                ServerProcess.output(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                        "cf",
                        jar.toString(),
                        "-C",
                        entry,
                        "."));
                jars.add(jar.toString());
            } else if (!entry.isEmpty()) {
                jars.add(entry);
            }
        }
        String classPath = String.join(":", jars);
        var unused = firstAnswerMillis(health(healthServer(flags, "-XX:ArchiveClassesAtExit=" + archive, classPath)));
        return healthServer(flags, "-XX:SharedArchiveFile=" + archive, classPath);
    }

    private static Launch healthServer(List<String> flags, String archive, String classPath) {
        return (port, socket) -> {
            List<String> command = new ArrayList<>(flags);
            command.addAll(List.of(
                    archive, "-cp", classPath, HealthServer.class.getName(), String.valueOf(port), socket.toString()));
            return ServerProcess.start(command, Map.of());
        };
    }
}
