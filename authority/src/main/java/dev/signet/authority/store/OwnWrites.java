package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger.Committed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each write in a transaction of its own, on its caller's thread, beside others. What fails before the commit is asked
 * for has changed nothing, and is made again where that may help. Once it is asked for, only the server knows: where the
 * answer does not come, nothing is made again, as it could be made twice, and the caller is told so.
 */
final class OwnWrites implements Writes {
    private static final Logger LOG = LoggerFactory.getLogger(OwnWrites.class);

    private final Jdbi writing;
    private final Jdbi writingFirst;
    private final Database.Attempts attempts;
    private final Pauses pauses;
    private final ThreadLocal<Boolean> within = ThreadLocal.withInitial(() -> false);

    /**
     * Makes writes.
     *
     * @param writing connections that are in a transaction from their first statement on
     * @param writingFirst others, kept for what is to go first
     */
    OwnWrites(DataSource writing, DataSource writingFirst, Database.Attempts attempts, Pauses pauses) {
        this.writing = jdbi(writing);
        this.writingFirst = jdbi(writingFirst);
        this.attempts = attempts;
        this.pauses = pauses;
    }

    private static Jdbi jdbi(DataSource connections) {
        Jdbi jdbi = JdbcLedger.jdbi(connections);
        jdbi.getConfig(Handles.class).setForceEndTransactions(false);
        return jdbi;
    }

    /** The commit was asked for, and no answer came. */
    private static final class OutcomeUnknown extends Exception {
        private static final long serialVersionUID = 1L;

        OutcomeUnknown(SQLException cause) {
            super(cause);
        }
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return write(writing, work);
    }

    @Override
    public <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return write(writingFirst, work);
    }

    private <T> Committed<T> write(Jdbi connections, Function<Transaction, T> work) {
        if (within.get()) {
            throw new IllegalStateException("a transaction within a transaction");
        }
        within.set(true);
        try {
            return repeated(connections, work);
        } finally {
            within.remove();
        }
    }

    private <T> Committed<T> repeated(Jdbi connections, Function<Transaction, T> work) {
        for (int attempt = 1; ; attempt++) {
            if (Thread.currentThread().isInterrupted()) {
                throw Refusal.busy();
            }
            try {
                return once(connections, work);
            } catch (OutcomeUnknown e) {
                LOG.warn("a commit was not answered", e.getCause());
                throw Refusal.unavailable(
                        "OUTCOME_UNKNOWN",
                        "the store went away while it committed: all of it was done or nothing; look what became of it, "
                                + "or ask again with the same request_id");
            } catch (JdbiException e) {
                PostgresFailure failure = PostgresFailure.of(e);
                if (!failure.isWorthAnother(attempt)) {
                    throw failure.told(e);
                }
                pauses.before(attempt + 1, failure.takesLonger());
            }
        }
    }

    private <T> Committed<T> once(Jdbi connections, Function<Transaction, T> work) throws OutcomeUnknown {
        Handle handle = connections.open();
        try {
            Committed<T> made = attempts.on(handle).run(work);
            commit(handle);
            return made;
        } finally {
            JdbcLedger.giveBack(handle);
        }
    }

    private static void commit(Handle handle) throws OutcomeUnknown {
        Connection connection = handle.getConnection();
        try {
            connection.commit();
        } catch (SQLException e) {
            if (PostgresFailure.isUndone(e)) {
                throw new UndoneException(e);
            }
            throw new OutcomeUnknown(e);
        }
    }

    /** The commit was asked for and refused. */
    private static final class UndoneException extends JdbiException {
        private static final long serialVersionUID = 1L;

        UndoneException(SQLException cause) {
            super(cause);
        }
    }

    @Override
    public void awaitRead() {
        // PostgreSQL shows nobody a commit before it is on the disk.
    }

    @Override
    public void close() {
        // Nothing is kept between two writes.
    }
}
