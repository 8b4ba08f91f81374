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
    private final Runnable sync;
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong commitsBegun = new AtomicLong();
    private final AtomicLong commitsEnded = new AtomicLong();
    private long served;
    private volatile long commitsCovered;

    Durability(Runnable sync) {
        this.sync = sync;
    }

    /** Runs a commit and returns once it is on the disk. */
    void commit(Runnable commit) {
        commitsBegun.incrementAndGet();
        try {
            commit.run();
        } finally {
            commitsEnded.incrementAndGet();
        }
        sync();
    }

    /** Returns once everything that the caller may have read is on the disk. */
    void awaitRead() {
        if (commitsCovered < commitsBegun.get()) {
            sync();
        }
    }

    private void sync() {
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
