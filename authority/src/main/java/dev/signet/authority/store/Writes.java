package dev.signet.authority.store;

import dev.signet.authority.store.Ledger.Committed;
import java.util.function.Function;

/** Makes the writes of a ledger, each as if it was alone. */
interface Writes extends AutoCloseable {

    /** See {@link Ledger#write}. */
    <T> Committed<T> write(Function<Transaction, T> work);

    /** See {@link Ledger#writeFirst}. */
    <T> Committed<T> writeFirst(Function<Transaction, T> work);

    /** Returns once nothing that the caller may have read before can be lost any more. */
    void awaitRead();

    @Override
    void close();
}
