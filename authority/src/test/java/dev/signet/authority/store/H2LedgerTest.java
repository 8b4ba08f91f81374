package dev.signet.authority.store;

import dev.signet.verifier.token.IdGenerator;

/** The embedded store keeps the ledger's promises. */
final class H2LedgerTest extends LedgerContract {
    @Override
    Ledger open(IdGenerator ids) {
        return JdbcLedger.open(new StoreConfig(folder), CODEC, ids);
    }
}
