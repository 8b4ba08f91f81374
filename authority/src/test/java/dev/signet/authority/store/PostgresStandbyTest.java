package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariDataSource;
import dev.signet.authority.e2e.Await;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.IdGenerator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Servers that do not take writes, or not any more. */
@Timeout(120)
final class PostgresStandbyTest {
    private final PostgresServer server = PostgresServer.running();

    @TempDir
    private Path folder;

    private Ledger open(PostgresConfig config) {
        return JdbcLedger.open(
                new StoreConfig(folder.resolve("data"), config),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }

    private static EmbeddedPostgres start(Path data) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "30")
                .setLocaleConfig("locale", "C.UTF-8")
                .start();
    }

    private static PostgresConfig at(EmbeddedPostgres postgres) {
        return PostgresConfig.of("postgresql://127.0.0.1:" + postgres.getPort() + "/postgres", "postgres");
    }

    @Test
    void nothingIsReadFromAStandby() throws IOException {
        Path data = folder.resolve("pg");
        try (EmbeddedPostgres primary = start(data)) {
            open(at(primary)).close();
        }
        Files.createFile(data.resolve("standby.signal"));
        try (EmbeddedPostgres standby = start(data)) {
            PostgresConfig config = at(standby);
            InvalidConfiguration refused =
                    assertThrows(InvalidConfiguration.class, () -> open(config).close());
            assertEquals("database-url", refused.key());
            assertTrue(String.valueOf(refused.getMessage()).contains("primary"), refused::getMessage);
        }
    }

    @Test
    void aServerThatWaitsForNoStandbyCannotBeReplaced() {
        PostgresConfig database = server.database();
        InvalidConfiguration refused = assertThrows(
                InvalidConfiguration.class,
                () -> open(database.withFailover(true)).close());
        assertEquals("database-failover", refused.key());
        server.drop(database);
    }

    @Test
    void whoseStandbyIsGoneProvesNothing() {
        PostgresConfig database = server.database();
        open(database).close();
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setDataSource(PostgresConnections.limited(database.withFailover(true)));
            pool.setAutoCommit(false);
            Heartbeat heartbeat = new Heartbeat(pool);
            assertEquals(0, heartbeat.beat());
            server.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names TO 'nobody'");
            try {
                server.execute("postgres", "SELECT pg_reload_conf()");
                Await.until("it proves nothing any more", Duration.ofSeconds(30), () -> isSilent(heartbeat));
            } finally {
                server.execute("postgres", "ALTER SYSTEM RESET synchronous_standby_names");
                server.execute("postgres", "SELECT pg_reload_conf()");
            }
            Await.until("it does again", Duration.ofSeconds(30), () -> !isSilent(heartbeat));
        } finally {
            server.drop(database);
        }
    }

    private static boolean isSilent(Heartbeat heartbeat) {
        try {
            heartbeat.beat();
            return false;
        } catch (JdbiException e) {
            return true;
        }
    }
}
