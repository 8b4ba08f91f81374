package dev.signet.verifier.sidecar;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that check signatures of tokens seen for the first time, so that the event loops never do. Each
 * connection has a lane, and the lanes take turns, one signature check at a time: a flood in one lane delays another by
 * one check. What waits is bounded in bytes, by lane and in all; past that the longest lane loses what it asked last.
 */
final class SignaturePool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SignaturePool.class);

    /** About what a call occupies while it waits, beside its tokens. */
    private static final int CALL_BYTES = 2_048;

    private static final long LANE_BYTES = 1_536 << 10;
    private static final long ALL_BYTES = 8 << 20;

    private final long laneBytes;
    private final long allBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    /** The lanes in which something waits, in the order of their turns. */
    private final Deque<Lane> turns = new ArrayDeque<>();

    private long bytes;
    private boolean closed;

    /** What waits for the pool. */
    interface Work {
        /** How long its tokens are. */
        long textBytes();

        /** Checks one signature; true where there is another to check, for which it gets in line again. */
        boolean checkOne();

        /** Told instead, where there is no room for it any more, or where checking failed. */
        void refuse(Refusal refusal);
    }

    /** One thread leaves the other processor, where there are but two, to the event loops. */
    SignaturePool() {
        this(Runtime.getRuntime().availableProcessors() > 2 ? 2 : 1, LANE_BYTES, ALL_BYTES);
    }

    SignaturePool(int threads, long laneBytes, long allBytes) {
        this.laneBytes = laneBytes;
        this.allBytes = allBytes;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::run, "signatures-" + i);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** A lane for one connection; it needs no closing. */
    Lane lane() {
        return new Lane();
    }

    /** Where the work of one connection waits. */
    final class Lane {
        private final Deque<Work> waiting = new ArrayDeque<>();
        private long laneHeld;

        /** Has the work done as soon as it is its turn; what there is no room for is refused. */
        void add(Work work) {
            for (Work refused : admit(work)) {
                refused.refuse(Refusal.OVERLOADED);
            }
        }

        /** What has to go for it, and that may be the work itself. */
        private List<Work> admit(Work work) {
            long needed = work.textBytes() + CALL_BYTES;
            lock.lock();
            try {
                if (closed || laneHeld + needed > laneBytes) {
                    return List.of(work);
                }
                List<Work> displaced = List.of();
                while (bytes + needed > allBytes) {
                    Lane longest = longest();
                    if (longest == null || longest.laneHeld < laneHeld + needed) {
                        return and(displaced, work);
                    }
                    displaced = and(displaced, longest.removeLast());
                }
                laneHeld += needed;
                bytes += needed;
                enqueue(work);
                return displaced;
            } finally {
                lock.unlock();
            }
        }

        private void enqueue(Work work) {
            waiting.addLast(work);
            if (waiting.size() == 1) {
                turns.addLast(this);
                notEmpty.signal();
            }
        }

        private Work removeLast() {
            Work last = waiting.removeLast();
            release(last);
            if (waiting.isEmpty()) {
                turns.remove(this);
            }
            return last;
        }

        private void release(Work work) {
            long held = work.textBytes() + CALL_BYTES;
            laneHeld -= held;
            bytes -= held;
        }
    }

    /** Among the lanes in which something waits. */
    private @Nullable Lane longest() {
        Lane longest = null;
        for (Lane lane : turns) {
            if (longest == null || lane.laneHeld > longest.laneHeld) {
                longest = lane;
            }
        }
        return longest;
    }

    private static List<Work> and(List<Work> some, Work more) {
        List<Work> all = new ArrayList<>(some);
        all.add(more);
        return all;
    }

    private void run() {
        while (true) {
            Lane lane;
            Work work;
            lock.lock();
            try {
                while (turns.isEmpty() && !closed) {
                    notEmpty.awaitUninterruptibly();
                }
                if (closed) {
                    return;
                }
                lane = turns.removeFirst();
                work = lane.waiting.removeFirst();
                if (!lane.waiting.isEmpty()) {
                    turns.addLast(lane);
                }
            } finally {
                lock.unlock();
            }
            boolean more = check(work);
            lock.lock();
            try {
                if (more) {
                    lane.enqueue(work);
                } else {
                    lane.release(work);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private static boolean check(Work work) {
        try {
            return work.checkOne();
        } catch (RuntimeException | Error e) {
            LOG.error("no verdict", e);
            work.refuse(Refusal.FAULT);
            return false;
        }
    }

    /** Ends the threads; what still waits is left to the server, which ends the calls. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
