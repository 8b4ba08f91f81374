package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.IdGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The start over a server: from nothing, several at once, and where it is not to be. */
@Timeout(60)
final class PostgresStartTest {
    @TempDir
    private Path folder;

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.emptyDatabase();

    @AfterEach
    void drop() {
        server.drop(database);
    }

    private Ledger open(PostgresConfig config, long seed) {
        return JdbcLedger.open(
                new StoreConfig(folder, config),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(seed)));
    }

    private InvalidConfiguration refused(PostgresConfig config) {
        return assertThrows(InvalidConfiguration.class, () -> open(config, 1).close());
    }

    private PostgresConfig at(int port, String name, String user, @Nullable Path passwordFile) {
        return PostgresConfig.of(
                "postgresql://127.0.0.1:" + port + "/" + name,
                user,
                passwordFile,
                null,
                null,
                PostgresConfig.DEFAULT_POOL_SIZE,
                PostgresConfig.DEFAULT_CONNECT_TIMEOUT,
                PostgresConfig.DEFAULT_LOCK_TIMEOUT,
                PostgresConfig.DEFAULT_STATEMENT_TIMEOUT);
    }

    private String name() {
        return database.url().database();
    }

    @Test
    void severalAtOnceMakeTheTablesAndTheLedgerOnce() throws Exception {
        int starting = 3;
        CyclicBarrier barrier = new CyclicBarrier(starting);
        ExecutorService threads = Executors.newFixedThreadPool(starting);
        try {
            List<Future<Ledger>> opening = new ArrayList<>();
            for (int i = 0; i < starting; i++) {
                int seed = i;
                opening.add(threads.submit(() -> {
                    LedgerContract.await(barrier);
                    return open(database, seed);
                }));
            }
            List<Ledger> open = opening.stream().map(LedgerContract::join).toList();
            assertEquals(1, open.stream().map(Ledger::id).distinct().count());
            open.forEach(Ledger::close);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Whatever the locale, so that an update of the operating system leaves all indexes good. */
    @Test
    void everyTextIsComparedByItsBytes() throws SQLException {
        open(database, 1).close();
        List<String> others = new ArrayList<>();
        try (Connection connection = server.connect(name());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT table_name || '.' || column_name "
                        + "FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN "
                        + "('character varying', 'text', 'character') AND collation_name IS DISTINCT FROM 'C' "
                        + "AND table_name <> 'flyway_schema_history'")) {
            while (row.next()) {
                others.add(row.getString(1));
            }
        }
        assertEquals(List.of(), others);
    }

    /** Else each deletion of a parent would look through all that there is. */
    @Test
    void everyForeignKeyHasAnIndex() throws SQLException {
        open(database, 1).close();
        List<String> without = new ArrayList<>();
        try (Connection connection = server.connect(name());
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT conrelid::regclass || '.' || conname FROM pg_constraint c "
                                + "WHERE contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid "
                                + "AND i.indkey[0] = c.conkey[1])")) {
            while (row.next()) {
                without.add(row.getString(1));
            }
        }
        assertEquals(List.of(), without);
    }

    @Test
    void aServerThatCannotBeReached() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }
        InvalidConfiguration refused = refused(at(nobody, name(), "signet", null));
        assertEquals("database-url", refused.key());
        assertTrue(refused.getMessage().contains("127.0.0.1:" + nobody + "/" + name()), refused.getMessage());
    }

    @Test
    void aDatabaseThatIsNotThere() {
        InvalidConfiguration refused = refused(at(server.port(), "no_such_database", server.user(), null));
        assertEquals("database-url", refused.key());
        assertTrue(refused.getMessage().contains("no_such_database"), refused.getMessage());
    }

    @Test
    void aUserThatIsNotThere() {
        InvalidConfiguration refused = refused(at(server.port(), name(), "nobody_at_all", null));
        assertEquals("database-user", refused.key());
    }

    @Test
    void aPasswordFileThatOthersCanReadOrThatIsNotThere() throws IOException {
        Path file = folder.resolve("password");
        Files.writeString(file, "hush\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        InvalidConfiguration refused = refused(at(server.port(), name(), server.user(), file));
        assertEquals("database-password-file", refused.key());
        assertTrue(refused.getMessage().contains("chmod 600"), refused.getMessage());
        assertFalse(refused.getMessage().contains("hush"), refused.getMessage());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        open(at(server.port(), name(), server.user(), file), 1).close();
        Files.delete(file);
        assertEquals(
                "database-password-file",
                refused(at(server.port(), name(), server.user(), file)).key());
    }

    /** It would take back what it has answered. */
    @Test
    void aServerThatAnswersBeforeItsDisk() {
        server.execute("postgres", "ALTER DATABASE " + name() + " SET synchronous_commit = off");
        InvalidConfiguration refused = refused(database);
        assertEquals("database-url", refused.key());
        assertTrue(refused.getMessage().contains("synchronous_commit"), refused.getMessage());
    }

    /** Set later, it does not count. */
    @Test
    void commitsStayDurableWhateverTheServerIsToldMeanwhile() throws SQLException {
        server.execute("postgres", "ALTER DATABASE " + name() + " SET synchronous_commit = off");
        try (Connection connection = PostgresConnections.limited(database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW synchronous_commit")) {
            row.next();
            assertEquals("on", row.getString(1));
        }
    }

    @Test
    void aDatabaseOfAnotherEncoding() {
        PostgresConfig latin = at(server.port(), name() + "_latin", server.user(), null);
        server.execute(
                "postgres",
                "CREATE DATABASE " + latin.url().database()
                        + " TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
        try {
            assertTrue(refused(latin).getMessage().contains("LATIN1"));
        } finally {
            server.drop(latin);
        }
    }

    @Test
    void aDatabaseThatHoldsSomethingElse() {
        server.execute(name(), "CREATE TABLE invoice (id BIGINT)");
        InvalidConfiguration refused = refused(database);
        assertEquals("database-url", refused.key());
        assertTrue(refused.getMessage().contains("non-empty"), refused.getMessage());
    }
}
