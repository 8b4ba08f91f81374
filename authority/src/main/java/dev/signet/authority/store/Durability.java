package dev.signet.authority.store;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets nobody speak of a commit before it is on the disk, with one sync for all who wait at the same time.
 *
 * <p>Whoever waits takes a ticket; a sync serves every ticket taken before it began. A reader need not wait at all
 * where every commit that ever began had ended before the last sync did begin. A commit that has begun and not yet
 * ended may be visible already without being written, so that a sync would find nothing of it: a reader first waits for
 * its end.
 *
 * <p>After a sync that failed nobody is served any more: the system may have dropped what it could not write, and would
 * call the next sync a success.
 */
final class Durability {
    /** Returns once everything committed before is on the disk. */
    interface Sync {
        void run() throws IOException;
    }

    private final Sync sync;
    private final AtomicLong tickets = new AtomicLong();
    private final AtomicLong commitsBegun = new AtomicLong();
    private final AtomicLong commitsEnded = new AtomicLong();
    private final Object ending = new Object();
    private long served;
    private boolean broken;
    private volatile long commitsCovered;

    Durability(Sync sync) {
        this.sync = sync;
    }

    /** Runs a commit, which {@link #await} is to follow. There must be one at a time where somebody reads. */
    void commit(Runnable commit) {
        commitsBegun.incrementAndGet();
        try {
            commit.run();
        } finally {
            synchronized (ending) {
                commitsEnded.incrementAndGet();
                ending.notifyAll();
            }
        }
    }

    /** Returns once everything that the caller may have read is on the disk. */
    void awaitRead() {
        long begun = commitsBegun.get();
        if (commitsCovered < begun) {
            awaitEnd(begun);
            await();
        }
    }

    /** An interrupt is kept for whoever it is meant for: a commit takes a moment. */
    private void awaitEnd(long begun) {
        boolean interrupted = false;
        synchronized (ending) {
            while (commitsEnded.get() < begun) {
                try {
                    ending.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Returns once everything that was committed before the call is on the disk.
     *
     * @throws IllegalStateException where the disk did not take it; never to be mistaken for a commit that failed
     */
    void await() {
        long ticket = tickets.incrementAndGet();
        synchronized (this) {
            if (served < ticket) {
                long serving = tickets.get();
                long ended = commitsEnded.get();
                syncOrBreak();
                served = serving;
                commitsCovered = ended;
            }
        }
    }

    private void syncOrBreak() {
        if (broken) {
            throw new IllegalStateException("the disk has failed: restart once it is well");
        }
        try {
            sync.run();
        } catch (IOException e) {
            broken = true;
            throw new IllegalStateException("what was committed may not be on the disk", e);
        }
    }
}
