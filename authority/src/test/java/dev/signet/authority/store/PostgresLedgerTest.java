package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.token.IdGenerator;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL keeps the ledger's promises. And no statement that this takes reads more the more there is, unless its
 * answer grows as well: the driver tells every one, and the server how it would go about it in a store with many rows. The
 * same goes for the embedded store, as far as it shares them.
 */
final class PostgresLedgerTest extends LedgerContract {
    private static DriverStatements heard;

    private final PostgresConfig database = PostgresServer.running().database();

    @BeforeAll
    static void hear() {
        PostgresServer.running();
        heard = DriverStatements.hear();
    }

    @Override
    Ledger open(IdGenerator ids) {
        return JdbcLedger.open(new StoreConfig(folder, database), CODEC, ids);
    }

    @Override
    @AfterEach
    void close() {
        super.close();
        PostgresServer.running().drop(database);
    }

    @AfterAll
    static void noStatementReadsMoreTheMoreThereIs(@TempDir Path folder) throws Exception {
        new RestOfStatements(folder).run();
        heard.close();
        GrowthCheck check = new GrowthCheck(heard.planned());
        assertEquals(Set.of(), check.unheard(), "statements of the product that nobody here makes it run");
        PostgresConfig filled = PostgresServer.running().database();
        try (Plans plans = new Plans(PostgresConnections.limited(filled).getConnection(), GrowthCheck.SMALL);
                Connection filling =
                        PostgresServer.running().connect(filled.url().database())) {
            ManyRows.fill(filling, 40_000, "generate_series(0, :last) AS n");
            assertEquals(Map.of(), check.growing(plans::growing));
            assertEquals(List.of(), plans.foreignKeysWithoutIndex());
            assertEquals(List.of(), check.needless(plans), "indexes that no statement would miss");
        } finally {
            PostgresServer.running().drop(filled);
        }
        try (H2 embedded = H2.open(folder.resolve("shared"))) {
            embedded.migrate();
            try (Connection filling = embedded.connect()) {
                ManyRows.fill(filling, 4_000, "(SELECT x AS n FROM SYSTEM_RANGE(0, :last)) AS s");
                assertEquals(Map.of(), check.shared().growing(new H2Plans(filling, GrowthCheck.SMALL)::growing));
            }
        }
    }
}
