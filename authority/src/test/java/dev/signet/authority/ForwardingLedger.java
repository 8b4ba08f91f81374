package dev.signet.authority;

import dev.signet.authority.store.KeyToExchange;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Another's ledger, which that one closes. */
public class ForwardingLedger implements Ledger {
    private final Ledger ledger;

    public ForwardingLedger(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        return ledger.read(work);
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        return ledger.keyToExchange(id);
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return ledger.write(work);
    }

    @Override
    public String id() {
        return ledger.id();
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return ledger.reserveIndexes(part, count);
    }

    @Override
    public Replica join(LongConsumer committed) {
        return ledger.join(committed);
    }

    @Override
    public void backUp(OutputStream target) throws IOException {
        ledger.backUp(target);
    }

    @Override
    public void close() {}
}
