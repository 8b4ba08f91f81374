package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** What a ledger is kept in, as far as one database differs from another. */
interface Database extends AutoCloseable {
    /** The key of the configuration that says which it is. */
    String key();

    /** Connections for writes. */
    DataSource writing();

    /** Connections that see one snapshot from their first statement until they are rolled back. */
    DataSource reading();

    /** The same for what is read all the time and must not wait for anything else; they give up within seconds. */
    DataSource following();

    /** Connections of which each statement sees a state of its own, which costs less. */
    DataSource looking();

    /** A connection that sees one snapshot until it is closed, however long it does nothing meanwhile. */
    Connection snapshot() throws SQLException;

    /** A connection past the pools, on which statements take as long as they take. */
    Connection connect() throws SQLException;

    /**
     * Makes or migrates the tables.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where only later versions can use them
     */
    void migrate();

    Locks locks();

    /** Begins to make writes. */
    Writes writes(Attempts attempts);

    /** See {@link Ledger#join}. */
    Replica join(LongConsumer committed);

    /**
     * Whether a read that failed may go better once more; only after a pause, where the database needs one.
     *
     * @param attempt which it was, from 1
     */
    boolean mayReadAgain(JdbiException e, int attempt);

    /** What whoever reads is told of a failure. */
    RuntimeException told(JdbiException e);

    @Override
    void close();

    /** Makes the attempt at a write that belongs into the transaction of a connection. */
    interface Attempts {
        OneWrite on(Handle handle);
    }
}
