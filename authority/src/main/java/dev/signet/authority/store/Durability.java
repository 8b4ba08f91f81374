package dev.signet.authority.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets nobody speak of a commit before it is on the disk, with one sync for all who wait at the same time.
 *
 * <p>Whoever waits takes a ticket; a sync serves every ticket taken before it began. A reader need not wait at all
 * where every commit that ever began had ended before the last sync did begin. (A commit that has begun and not yet
 * ended may be visible already, so it counts against the reader.)
 */
final class Durability {
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong commitsBegun = new AtomicLong();
    private final AtomicLong commitsEnded = new AtomicLong();
    private long served;
    private volatile long commitsCovered;

    /**
     * Runs a commit and returns once it is on the disk.
     *
     * @param sync returns once everything committed before is on the disk; on the committer's own connection, as waiting
     *     for another one while holding that could go in a circle
     */
    void commit(Runnable commit, Runnable sync) {
        commitsBegun.incrementAndGet();
        try {
            commit.run();
        } finally {
            commitsEnded.incrementAndGet();
        }
        await(sync);
    }

    /** Returns once everything that the caller may have read is on the disk. */
    void awaitRead(Runnable sync) {
        if (commitsCovered < commitsBegun.get()) {
            await(sync);
        }
    }

    private void await(Runnable sync) {
        long ticket = tickets.incrementAndGet();
        synchronized (this) {
            if (served < ticket) {
                long serving = tickets.get();
                long ended = commitsEnded.get();
                sync.run();
                served = serving;
                commitsCovered = ended;
            }
        }
    }
}
