package dev.signet.authority.bench;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code signet serve} in a process of its own, from this class path. */
final class ServedAuthority implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final Process process;
    private final double startSeconds;
    private final double startProcessorSeconds;

    private ServedAuthority(Path folder, int port, Process process, double startSeconds) {
        this.folder = folder;
        this.port = port;
        this.process = process;
        this.startSeconds = startSeconds;
        this.startProcessorSeconds = processorSeconds();
    }

    /**
     * Starts one, and waits until it serves.
     *
     * @param flags that say where the store is, besides the folder
     */
    static ServedAuthority start(Path folder, List<String> flags) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsignet.log=WARN",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.signet.authority.cli.Main",
                "serve",
                "--data=" + folder,
                "--listen=127.0.0.1:" + port,
                "--http-listen=off",
                // What it can do is measured, not what it lets anybody do.
                "--rate-limit-reads=off",
                "--rate-limit-changes=off",
                "--rate-limit-deletes=off",
                "--rate-limit-lookups=off",
                "--exit-with-parent"));
        command.addAll(flags);
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolveSibling("authority-" + port + ".log").toFile())
                .start();
        ManagedChannel channel = channel(port);
        try {
            while (!isServing(channel)) {
                if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                    throw new IllegalStateException("the authority ended: " + process.exitValue());
                }
            }
        } finally {
            channel.shutdownNow();
        }
        return new ServedAuthority(folder, port, process, (System.nanoTime() - began) / 1e9);
    }

    private static boolean isServing(ManagedChannel channel) {
        try {
            return HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(1, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            channel.resetConnectBackoff();
            return false;
        }
    }

    private static ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .directExecutor()
                .build();
    }

    /** From the start of the process until it served. */
    double startSeconds() {
        return startSeconds;
    }

    /** What of the processor that took, which others on the machine lengthen less than the time. */
    double startProcessorSeconds() {
        return startProcessorSeconds;
    }

    /** What of the processor it has taken until now, in steps of 10 ms. */
    double processorSeconds() {
        return process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
    }

    int port() {
        return port;
    }

    /** A connection of the caller's own. */
    ManagedChannel connect() {
        return channel(port);
    }

    String platformToken() throws IOException {
        return Files.readString(folder.resolve("platform-token")).strip();
    }

    /** The memory that it has, or had at most, as the kernel counts it. */
    double residentMiB(boolean most) throws IOException {
        String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
        Matcher line = Pattern.compile("(?m)^" + (most ? "VmHWM" : "VmRSS") + ":\\s+(\\d+) kB")
                .matcher(status);
        return line.find() ? Long.parseLong(line.group(1)) / 1024.0 : 0;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
