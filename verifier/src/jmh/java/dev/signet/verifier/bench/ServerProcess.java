package dev.signet.verifier.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, and what the kernel says of it. */
final class ServerProcess implements AutoCloseable {
    /** As {@code authority/bin/signet sidecar} has them on this version of Java. */
    static final List<String> FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-Xmx32m",
            "-Xmn5m",
            "-Xss256k",
            "-XX:InlineSmallCode=1000",
            "-XX:FreqInlineSize=120",
            "-XX:ReservedCodeCacheSize=32m",
            "-XX:StringTableSize=4096",
            "-XX:+UnlockExperimentalVMOptions",
            "-XX:TrimNativeHeapInterval=1000",
            "-Dio.netty.eventLoopThreads=2",
            "-Dio.netty.leakDetection.level=disabled",
            "-Dio.netty.allocator.type=pooled",
            "-Dio.netty.allocator.numDirectArenas=1",
            "-Dio.netty.allocator.numHeapArenas=0");

    /** What clock ticks are told in. */
    private static final long TICKS_PER_SECOND = 100;

    private final Process process;

    private ServerProcess(Process process) {
        this.process = process;
    }

    static ServerProcess start(List<String> command) throws IOException {
        return start(command, Map.of());
    }

    static ServerProcess start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("MALLOC_ARENA_MAX", "1");
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start());
    }

    /** A main class of this class path, with the flags of a sidecar. */
    static ServerProcess java(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(Arrays.asList(arguments));
        return start(command);
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Where a tool of this name is, or null. */
    static boolean isInstalled(String tool) {
        return Arrays.stream((System.getenv("PATH") + ":/usr/sbin").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    long pid() {
        return process.pid();
    }

    /** Processor time that it has used, in user and kernel mode. */
    double cpuMicros() throws IOException {
        String stat = Files.readString(Path.of("/proc", String.valueOf(pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1e6 / TICKS_PER_SECOND;
    }

    /** As the kernel counts it, with what it shares with others. */
    double residentMiB() throws IOException {
        return toldMiB("smaps_rollup", "Rss");
    }

    /** The most that was ever resident at once, as the kernel noted it. */
    double mostResidentMiB() throws IOException {
        return toldMiB("status", "VmHWM");
    }

    private double toldMiB(String file, String name) throws IOException {
        String told = Files.readString(Path.of("/proc", String.valueOf(pid()), file));
        Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+) kB").matcher(told);
        if (!line.find()) {
            throw new IOException("the kernel does not tell " + name);
        }
        return Long.parseLong(line.group(1)) / 1024.0;
    }

    /** What its heap holds once all garbage is collected. */
    double heapMiB() throws IOException, InterruptedException {
        jcmd("GC.run");
        Matcher used = Pattern.compile("(?:def new|tenured) generation +total \\d+K, used (\\d+)K")
                .matcher(jcmd("GC.heap_info"));
        double kib = 0;
        while (used.find()) {
            kib += Long.parseLong(used.group(1));
        }
        return kib / 1024;
    }

    private String jcmd(String request) throws IOException, InterruptedException {
        return output(List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid()), request));
    }

    /** What a command says, until it ends. */
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(command.get(0) + ": " + text);
        }
        return text;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }
}
