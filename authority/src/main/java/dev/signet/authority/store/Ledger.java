package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Everything that the authority must not forget. Thread-safe.
 *
 * <p>What was committed is on the disk before {@link #write} returns, and what {@link #read} returns is on the disk
 * too: nobody is told anything that a crash could take back.
 */
public interface Ledger extends AutoCloseable {

    /** Reads one consistent state. The work must not keep the transaction. */
    <T> T read(Function<Transaction, T> work);

    /**
     * Like {@link #read}, for little that somebody must know now, such as how far the ledger is: it waits for nobody who
     * reads more, and for a database that does not answer for some seconds only.
     */
    default <T> T readSoon(Function<Transaction, T> work) {
        return read(work);
    }

    /**
     * Looks an API key up, with what an exchange takes besides: one statement, which costs much less than a {@link #read}.
     * Exchanges are many, and nothing else needs as little.
     */
    Optional<KeyToExchange> keyToExchange(String id);

    /**
     * Makes one atomic change. The trust changes that the work announced get their revisions last, under the one lock
     * that orders them, just before the commit; so a reader of "after N" can never skip one that commits late.
     *
     * @param work may be run on another thread than the caller's, after others and before others of the same commit, or
     *     beside others. It may be run again where it collided with another, so it must have no effect outside the
     *     transaction; what it throws undoes everything that it did
     * @throws Refusal with code UNAVAILABLE where it kept colliding or the store is away, and nothing was changed; or,
     *     with the reason {@code OUTCOME_UNKNOWN}, where the store went away while it committed
     */
    <T> Committed<T> write(Function<Transaction, T> work);

    /**
     * Like {@link #write}, for what ends something that somebody may hold: it goes before what others have waiting. To be
     * used for nothing that comes in great numbers.
     */
    default <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return write(work);
    }

    /** Identifies the history that revisions belong to. */
    String id();

    /** Sets aside {@code count} indexes of a part's status list that nobody else gets, and returns the first. */
    int reserveIndexes(String part, int count);

    /**
     * Becomes one of the authorities that share this ledger. Where there are others, what they commit is told soon, but not
     * surely: whoever must know also reads on from time to time.
     *
     * @param committed is told the head of a commit, this authority's own too, on a thread that must not be held up;
     *     {@link Long#MAX_VALUE} where it may be any
     */
    Replica join(LongConsumer committed);

    /**
     * Writes one consistent state of everything, while others read and write: a backup. Private keys are in it as they are
     * in the store, sealed; the master key is not.
     *
     * @throws IOException where the target takes no more
     */
    void backUp(OutputStream target) throws IOException;

    @Override
    void close();

    /**
     * What a write returned, and the revision of its last trust change.
     *
     * @param revision 0 where no trust change was announced
     */
    record Committed<T>(T value, long revision) {}
}
