package dev.signet.authority.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL of a test's own, which can be stopped and started again on the same port, with what it has kept. */
public final class OwnPostgres implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 20;

    private final Path data;
    private EmbeddedPostgres server;

    /** @param data a folder that is not there yet, or an earlier one's */
    public OwnPostgres(Path data) throws IOException {
        this.data = data;
        this.server = builder().start();
    }

    private EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "200")
                .setLocaleConfig("locale", "C.UTF-8");
    }

    public int port() {
        return server.getPort();
    }

    /** The URL of its only database, as somebody reaches it at a port. */
    public static String url(int port) {
        return "postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Its owner, who is let in without a password. */
    public static String user() {
        return "postgres";
    }

    /** Ends whatever is under way, and starts again. */
    public void restart() throws IOException {
        int port = server.getPort();
        server.close();
        server = builder().setPort(port).start();
    }

    /** Stops without a word and without writing anything more; the next start finds what it has by its log. */
    public void crash() throws IOException, InterruptedException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        new ProcessBuilder("sh", "-c", "kill -QUIT " + postmaster)
                .inheritIO()
                .start()
                .waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        ProcessHandle.of(postmaster)
                .ifPresent(process -> process.onExit()
                        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .join());
        restart();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
