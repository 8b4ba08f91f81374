package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import java.io.OutputStream;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.JdbiException;

/**
 * A ledger in memory, made in a moment. It keeps every promise of {@link Ledger} but the one of disks: transactions
 * that write take turns, those that read see one state, and revisions are allotted last.
 */
public final class MemoryLedger implements Ledger {
    private static final int ATTEMPTS = 5;

    private final MemoryStore store;
    private final Pauses pauses;

    /** Where a transaction may take its time, and others do something meanwhile. */
    public interface Pauses {
        Pauses NONE = new Pauses() {
            @Override
            public void read() {}

            @Override
            public void committing() {}
        };

        /** Something was read, and is not known to whoever asked yet. */
        void read();

        /** The work is done, and nobody can see it yet. Others may commit now, of other rows. */
        void committing();
    }

    public MemoryLedger(MemoryStore store, Pauses pauses) {
        this.store = store;
        this.pauses = pauses;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        T result = work.apply(new MemoryTransaction(store.primary().fork(), new ArrayList<>(), new ArrayList<>()));
        pauses.read();
        return result;
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        return read(tx -> tx.apiKeys()
                .find(id)
                .map(key -> new KeyToExchange(
                        key, tx.keys().active().orElse(null), tx.trust().head())));
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return writeOnce(work);
            } catch (JdbiException e) {
                // What tests make work throw.
                if (!(e.getCause() instanceof SQLException cause)
                        || !cause.getSQLState().startsWith("40")) {
                    throw e;
                }
                if (attempt == ATTEMPTS) {
                    throw Refusal.busy();
                }
            }
        }
    }

    private <T> Committed<T> writeOnce(Function<Transaction, T> work) {
        ReentrantLock turn = store.writing();
        turn.lock();
        try {
            List<MemoryStore.Announced> announced = new ArrayList<>();
            List<AuditEvent> recorded = new ArrayList<>();
            MemoryTables tables = store.primary().fork();
            T value = work.apply(new MemoryTransaction(tables, announced, recorded));
            new MemoryAudit(tables).append(recorded);
            pauses.committing();
            long before = store.take(announced.size());
            store.commit(tables, announced, before);
            return new Committed<>(value, announced.isEmpty() ? 0 : before + announced.size());
        } finally {
            turn.unlock();
        }
    }

    @Override
    public String id() {
        return store.id();
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return write(tx -> tx.reserveIndexes(part, count)).value();
    }

    @Override
    public Replica join(LongConsumer committed) {
        return Replica.ALONE;
    }

    @Override
    public void backUp(OutputStream target) {
        throw new UnsupportedOperationException("memory has nothing to back up");
    }

    @Override
    public void close() {}
}
