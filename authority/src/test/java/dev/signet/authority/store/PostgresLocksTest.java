package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.DirectoryRecords.Lock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** PostgreSQL passes the gate before it locks the row, and not the other way round, which could lock in a circle. */
final class PostgresLocksTest {
    private final PostgresConfig database = PostgresServer.running().database();

    @AfterEach
    void drop() {
        PostgresServer.running().drop(database);
    }

    @ParameterizedTest
    @EnumSource(Lock.class)
    void theGateIsBelowTheLockInThePlan(Lock lock) throws SQLException {
        String sql = Locks.POSTGRES
                .select("id, display_name", "organization WHERE delete_time IS NULL AND id = :id", lock)
                .replace(":id", "'org_x'");
        List<String> plan = new ArrayList<>();
        try (Connection connection =
                        PostgresServer.running().connect(database.url().database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("EXPLAIN (VERBOSE, COSTS OFF) " + sql)) {
            while (row.next()) {
                plan.add(row.getString(1).strip());
            }
        }
        assertEquals("LockRows", plan.get(0), plan::toString);
        List<String> scan = plan.subList(2, plan.size());
        assertTrue(plan.get(2).startsWith("->"), plan::toString);
        assertTrue(
                scan.stream().anyMatch(line -> line.startsWith("Output:") && line.contains("pg_advisory_xact_lock")),
                plan::toString);
    }
}
