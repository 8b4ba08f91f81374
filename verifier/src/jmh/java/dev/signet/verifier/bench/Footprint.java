package dev.signet.verifier.bench;

import dev.signet.verifier.bench.Rig.Subject;
import dev.signet.verifier.token.Algorithm;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What {@code authority/bin/signet sidecar} takes, from its start to full speed, beside the echo with the very flags of
 * its virtual machine and an archive of its own classes. The authority is up; the first answer is to a token that was
 * never seen, and for the echo one signature check at its start.
 */
public final class Footprint {
    private static final int STARTS = 7;
    private static final long LOAD_MILLIS = 15_000;

    private final SignedTokens signed = new SignedTokens(Algorithm.ES256);
    private final Figures figures;
    private final Path launcher;
    private final Path folder;

    /** How one start went. */
    private record Start(double firstAnswerMillis, double rss, double pss) {}

    private interface Launch {
        ServerProcess at(int port, Path socket) throws Exception;
    }

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
            Launch sidecar = (port, socket) -> ServerProcess.start(
                    List.of(
                            launcher.toString(),
                            "sidecar",
                            "--listen",
                            "127.0.0.1:" + port,
                            "--socket",
                            socket.toString()),
                    Map.of(
                            "SIGNET_BUILD",
                            "never",
                            "SIGNET_ADDRESS",
                            authority.address(),
                            "SIGNET_SIDECAR_HTTP_LISTEN",
                            "127.0.0.1:0",
                            "ASTRO_API_TOKEN",
                            signed.next()));
            List<String> flags = flagsOf(sidecar);
            Launch echo = archived(flags);
            List<Start> ours = new ArrayList<>();
            List<Start> floor = new ArrayList<>();
            for (int start = 0; start < STARTS; start++) {
                floor.add(start(echo, start < 2));
                ours.add(start(sidecar, start < 2));
            }
            String against = "echo with the same flags";
            figures.add(
                    "sidecar, first answer after exec",
                    Throughput.median(ours, Start::firstAnswerMillis),
                    "ms",
                    against,
                    Throughput.median(floor, Start::firstAnswerMillis),
                    Figure.atMost(1.2));
            double rss = ours.stream().mapToDouble(Start::rss).max().orElseThrow();
            figures.add(
                    "sidecar, resident at full speed",
                    rss,
                    "MiB",
                    against,
                    floor.stream().mapToDouble(Start::rss).max().orElseThrow(),
                    Figure.atMost(1.2));
            figures.add("sidecar, resident at full speed", rss, "MiB", "its limit", 100, Figure.atMost(1));
            figures.add(
                    "sidecar, first answer after exec",
                    Throughput.median(ours, Start::firstAnswerMillis),
                    "ms",
                    "its limit",
                    450,
                    Figure.atMost(1));
        }
    }

    private Start start(Launch launch, boolean loaded) throws Exception {
        int port = ServerProcess.freePort();
        Path socket = folder.resolve(port + ".sock");
        String firstSeen = signed.next();
        long begin = System.nanoTime();
        try (ServerProcess process = launch.at(port, socket)) {
            SocketAddress address = ServerProcess.loopback(port);
            int answerLength = FirstAnswer.await(address, firstSeen).length;
            double millis = (System.nanoTime() - begin) / 1e6;
            if (!loaded) {
                return new Start(millis, 0, 0);
            }
            Supplier<byte[]> requests = Requests.inTurns(signed.next(1_000), Requests::verify);
            try (LoadClient client = new LoadClient(new Subject(process, port, socket).unix())) {
                client.unary(requests, 128, answerLength, LOAD_MILLIS);
                return new Start(millis, process.residentMiB("Rss"), process.residentMiB("Pss"));
            }
        }
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

    /** The echo, with its classes in an archive as the sidecar has its own; folders cannot be archived, jars can. */
    private Launch archived(List<String> flags) throws Exception {
        Path archive = folder.resolve("echo.jsa");
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
        Launch training = echo(flags, "-XX:ArchiveClassesAtExit=" + archive, classPath);
        start(training, false);
        return echo(flags, "-XX:SharedArchiveFile=" + archive, classPath);
    }

    private static Launch echo(List<String> flags, String archive, String classPath) {
        return (port, socket) -> {
            List<String> command = new ArrayList<>(flags);
            command.addAll(List.of(
                    archive,
                    "-cp",
                    classPath,
                    EchoServer.class.getName(),
                    String.valueOf(port),
                    socket.toString(),
                    "200",
                    "204"));
            return ServerProcess.start(command, Map.of());
        };
    }
}
