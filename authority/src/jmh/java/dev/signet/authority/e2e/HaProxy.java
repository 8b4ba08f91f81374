package dev.signet.authority.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** HAProxy as whoever installs it would have it pass on TCP connections: to those in turn that take one. */
final class HaProxy implements Balancer {
    private static final int PATIENCE_SECONDS = 5;

    private final Process process;
    private final int port;

    private HaProxy(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** @param folder for its configuration and its log */
    static HaProxy start(Path folder, int... targets) throws IOException {
        int port = Processes.freePort();
        StringBuilder configuration = new StringBuilder("""
                global
                    maxconn 1000
                defaults
                    mode tcp
                    timeout connect 2s
                    timeout client 1h
                    timeout server 1h
                    retries 2
                    option redispatch 1
                listen signet
                    bind 127.0.0.1:%d
                    balance roundrobin
                    default-server check inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
                """.formatted(port));
        for (int number = 0; number < targets.length; number++) {
            configuration
                    .append("    server authority")
                    .append(number)
                    .append(" 127.0.0.1:")
                    .append(targets[number])
                    .append('\n');
        }
        Path file = Files.writeString(folder.resolve("haproxy.cfg"), configuration);
        Process process = new ProcessBuilder("haproxy", "-db", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile())
                .start();
        return new HaProxy(process, port);
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
