package dev.signet.authority.feed;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.cli.Main;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** An authority as a process of its own, with a bounded heap of which it writes down the use. */
final class BoundedAuthority implements AutoCloseable {
    private static final Pattern COLLECTION = Pattern.compile("(\\d+)M->(\\d+)M\\(");
    private static final Pattern RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");

    private final Path folder;
    private final int heapMegabytes;
    private final Duration maximumStaleness;
    private final int port;
    private int starts;
    private Process process;

    BoundedAuthority(Path folder, int heapMegabytes, Duration maximumStaleness) throws IOException {
        this.folder = folder;
        this.heapMegabytes = heapMegabytes;
        this.maximumStaleness = maximumStaleness;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        }
        this.process = launch();
    }

    int port() {
        return port;
    }

    private Process launch() throws IOException {
        starts++;
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMegabytes + "m",
                        "-Xlog:gc:file=" + collections(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "serve",
                        "--data=" + folder,
                        "--listen=127.0.0.1:" + port,
                        "--http-listen=off",
                        "--issuer=" + TestAuthority.ISSUER,
                        "--audience=" + TestAuthority.AUDIENCE,
                        "--maximum-staleness=" + maximumStaleness.toSeconds() + "s",
                        "--exit-with-parent")
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolveSibling("authority-" + starts + ".log").toFile())
                .start();
    }

    /** Kills it, so that nothing gets to say goodbye, and starts another at once. */
    void restart() throws IOException, InterruptedException {
        close();
        process = launch();
    }

    void awaitListening() throws InterruptedException {
        while (!isListening()) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("the authority ended: " + process.exitValue());
            }
        }
    }

    private boolean isListening() {
        try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return connected.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The most that a collection left of the heap, in megabytes. */
    int mostLeft() throws IOException {
        return largest(collections(), COLLECTION, 2);
    }

    /** The most that was in use when a collection began, in megabytes. */
    int mostUsed() throws IOException {
        return largest(collections(), COLLECTION, 1);
    }

    /** The most memory that the process ever had, in megabytes; 0 where the system does not tell. */
    int mostResident() throws IOException {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        return Files.exists(status) ? largest(status, RESIDENT, 1) / 1024 : 0;
    }

    private static int largest(Path file, Pattern pattern, int group) throws IOException {
        List<MatchResult> found =
                pattern.matcher(Files.readString(file)).results().toList();
        return found.stream()
                .mapToInt(match -> Integer.parseInt(match.group(group)))
                .max()
                .orElse(0);
    }

    private Path collections() {
        return folder.resolveSibling("collections-" + starts + ".log");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
