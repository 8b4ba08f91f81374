package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.GroupCommit.Write;
import dev.signet.authority.store.Ledger.Committed;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One transaction and one commit for all writes of a group, by one thread. */
final class SharedWrites implements Writes, GroupCommit.Group {
    private static final Logger LOG = LoggerFactory.getLogger(SharedWrites.class);
    private static final int ATTEMPTS = 5;
    private static final String BEFORE = "before";

    private final Jdbi writing;
    private final Database.Attempts attempts;
    private final Durability durability;
    private final GroupCommit writes;

    SharedWrites(Jdbi writing, Database.Attempts attempts, Durability durability, Duration patience) {
        this.writing = writing;
        this.attempts = attempts;
        this.durability = durability;
        this.writes = new GroupCommit(this, patience);
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return writes.write(work);
    }

    @Override
    public <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return writes.writeFirst(work);
    }

    @Override
    public void awaitRead() {
        durability.awaitRead();
    }

    @Override
    public void close() {
        writes.close();
    }

    @Override
    public void commit(List<Write<?>> writes) {
        for (int attempt = 1; ; attempt++) {
            try (Handle handle = writing.open()) {
                commit(handle, writes);
                return;
            } catch (JdbiException e) {
                String state = SqlState.of(e);
                if (!H2.isTransient(state)) {
                    throw e;
                }
                if (attempt == ATTEMPTS) {
                    throw gaveUp(state);
                }
            }
        }
    }

    @Override
    public void sync() {
        durability.await();
    }

    private void commit(Handle handle, List<Write<?>> writes) {
        handle.begin();
        try {
            for (Write<?> write : writes) {
                inTurn(handle, write);
            }
            durability.commit(handle::commit);
        } catch (Throwable e) {
            if (handle.isInTransaction()) {
                handle.rollback();
            }
            throw e;
        }
    }

    /** Where a write fails, nothing of it is left in the transaction; where that fails, the whole group does. */
    private void inTurn(Handle handle, Write<?> write) {
        for (int attempt = 1; ; attempt++) {
            handle.savepoint(BEFORE);
            Throwable failure = write.attempt(attempts.on(handle));
            if (failure == null) {
                return;
            }
            handle.rollbackToSavepoint(BEFORE);
            String state = failure instanceof JdbiException ? SqlState.of(failure) : "";
            if (!H2.isTransient(state)) {
                return;
            }
            if (attempt == ATTEMPTS) {
                write.fail(gaveUp(state));
                return;
            }
        }
    }

    private static Refusal gaveUp(String state) {
        LOG.warn("gave up on a change that kept colliding, at last with SQLSTATE {}", state);
        return Refusal.busy();
    }
}
