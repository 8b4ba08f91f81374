package dev.signet.authority.store;

import dev.signet.verifier.token.IdGenerator;
import org.jspecify.annotations.Nullable;

/** The ledger that simulations use keeps what every ledger promises, so that what they show holds for the others. */
final class MemoryLedgerTest extends LedgerContract {
    private @Nullable MemoryStore store;

    @Override
    Ledger open(IdGenerator ids) {
        if (store == null) {
            store = new MemoryStore(ids.nextValueId());
        }
        return new MemoryLedger(store, MemoryLedger.Pauses.NONE);
    }
}
