package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens made, verified, rotated and deleted over PostgreSQL, by an authority that is killed again and again. */
final class PostgresLifeCycleIT extends CrashContract {
    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.emptyDatabase();
    private final List<String> flags = server.flags(database);

    @Override
    Cluster cluster(Path folder) {
        return new Cluster(PROCESSES, folder, flags.toArray(String[]::new));
    }

    @AfterEach
    void drop() {
        SecretWatch.searchFolder(server.folder());
        server.drop(database);
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "data/master-key", "data/platform-token"})
    void aKillDuringTheFirstStartIsNoObstacleToTheNext(String moment, @TempDir Path fresh) {
        killDuringTheFirstStart(moment, fresh);
    }

    @Test
    void nothingOfTheLedgerIsInTheFolder(@TempDir Path fresh) throws IOException {
        try (Cluster cluster = cluster(fresh)) {
            cluster.startAuthority();
            cluster.newTenant("Elsewhere");
            try (Stream<Path> files = Files.list(fresh.resolve("data"))) {
                assertEquals(
                        List.of("master-key", "platform-token"),
                        files.map(file -> file.getFileName().toString())
                                .sorted()
                                .toList());
            }
            cluster.authority().terminate();
        }
    }

    /** Private keys are sealed under one master key, whoever opens them. */
    @Test
    void anAuthorityWithAnotherMasterKeyDoesNotStart(@TempDir Path fresh, @TempDir Path second) throws IOException {
        try (Cluster cluster = cluster(fresh)) {
            cluster.startAuthority();
            assertRefused(serve(second, Map.of()), 1, "--master-key-file", "sealed under it");
            Files.createDirectories(second.resolve("data"));
            String other = "A".repeat(43);
            assertRefused(serve(second, Map.of("SIGNET_MASTER_KEY", other)), 1, "SIGNET_MASTER_KEY", "does not open");
            assertTrue(cluster.authority().isAlive());
            cluster.authority().terminate();
        }
    }

    @Test
    void aServerThatIsAwayOrAPasswordInItsUrl(@TempDir Path fresh) {
        String away = "postgresql://127.0.0.1:" + Processes.freePort() + "/signet";
        assertRefused(
                Processes.run(Map.of("SIGNET_DATABASE_URL", away), "serve", "--data", fresh.toString()),
                1,
                "SIGNET_DATABASE_URL",
                away.substring("postgresql://".length()));
        Processes.Run run = Processes.run(
                Map.of("SIGNET_DATABASE_URL", "postgresql://signet:hush@db/signet"),
                "serve",
                "--data",
                fresh.toString());
        assertRefused(run, 2, "--database-url", "database-password-file");
        assertFalse(run.toString().contains("hush"), run.toString());
    }

    private Processes.Run serve(Path folder, Map<String, String> environment) {
        List<String> arguments = new ArrayList<>(
                List.of("serve", "--data", folder.resolve("data").toString(), "--listen", "127.0.0.1:0"));
        arguments.addAll(flags);
        return Processes.run(environment, arguments.toArray(String[]::new));
    }

    /** The last line says it. */
    private static void assertRefused(Processes.Run run, int exitCode, String says, String alsoSays) {
        assertEquals(exitCode, run.exitCode(), run::toString);
        List<String> lines = run.err().lines().toList();
        String last = lines.get(lines.size() - 1);
        assertTrue(last.startsWith("signet: ") && last.contains(says) && last.contains(alsoSays), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
