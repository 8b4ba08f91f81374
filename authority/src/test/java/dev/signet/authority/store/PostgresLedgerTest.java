package dev.signet.authority.store;

import dev.signet.verifier.token.IdGenerator;
import org.junit.jupiter.api.AfterEach;

/** PostgreSQL keeps the ledger's promises. */
final class PostgresLedgerTest extends LedgerContract {
    private final PostgresConfig database = PostgresServer.running().database();

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
}
