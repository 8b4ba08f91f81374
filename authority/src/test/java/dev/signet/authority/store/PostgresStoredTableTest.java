package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Of every table that the migrations make, in either database, it is said whether a copy holds it, and by which key. */
@Timeout(60)
final class PostgresStoredTableTest {
    @TempDir
    private Path folder;

    private final PostgresConfig config = PostgresServer.running().database();

    @AfterEach
    void drop() {
        PostgresServer.running().drop(config);
    }

    @Test
    void theEmbeddedStoreHasTheseTablesAndNoOthers() throws SQLException {
        try (H2 h2 = H2.open(folder)) {
            hasTheseTablesAndNoOthers(h2);
        }
    }

    @Test
    void aServerHasTheseTablesAndNoOthers() throws SQLException {
        try (Postgres postgres = Postgres.open(config)) {
            hasTheseTablesAndNoOthers(postgres);
        }
    }

    private static void hasTheseTablesAndNoOthers(Database database) throws SQLException {
        database.migrate();
        Set<String> said = new TreeSet<>(StoredTable.NOT_COPIED);
        Arrays.stream(StoredTable.values()).forEach(table -> said.add(table.sqlName()));
        assertEquals(StoredTable.values().length + StoredTable.NOT_COPIED.size(), said.size(), "one is there twice");
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            assertEquals(said, new TreeSet<>(ask(connection, """
                            SELECT LOWER(table_name) FROM information_schema.tables
                            WHERE LOWER(table_schema) = LOWER(CURRENT_SCHEMA)
                            """)));
            for (StoredTable table : StoredTable.values()) {
                assertEquals(table.key(), primaryKey(connection, table), table::toString);
            }
            TableRows.requireAllKnown(connection);
            statement.execute("CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY)");
            String message = String.valueOf(assertThrows(Refusal.class, () -> TableRows.requireAllKnown(connection))
                    .getMessage());
            assertTrue(message.contains("later"), message);
        }
    }

    /** Whoever takes a backup may take it slowly, and the session does nothing meanwhile. */
    @Test
    void aBackupIsReadOnASessionThatMayWait() throws SQLException {
        try (Postgres postgres = Postgres.open(config);
                Connection connection = postgres.snapshot()) {
            assertEquals(List.of("0 0 repeatable read on"), ask(connection, """
                            SELECT current_setting('idle_in_transaction_session_timeout') || ' '
                            || current_setting('statement_timeout') || ' ' || current_setting('transaction_isolation')
                            || ' ' || current_setting('transaction_read_only')
                            """));
        }
    }

    private static List<String> primaryKey(Connection connection, StoredTable table) throws SQLException {
        return ask(connection, """
                SELECT LOWER(k.column_name) FROM information_schema.table_constraints c
                JOIN information_schema.key_column_usage k
                ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
                WHERE c.constraint_type = 'PRIMARY KEY' AND LOWER(c.table_schema) = LOWER(CURRENT_SCHEMA)
                AND LOWER(c.table_name) = '%s' ORDER BY k.ordinal_position
                """.formatted(table.sqlName()));
    }

    private static List<String> ask(Connection connection, String query) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            while (row.next()) {
                answers.add(row.getString(1));
            }
        }
        return answers;
    }
}
