package dev.signet.authority.feed;

import java.util.Comparator;
import java.util.PriorityQueue;

/** True time in a simulation, and what is to happen in it. Nothing takes time unless it says so. */
final class VirtualTime {
    private final PriorityQueue<Happening> happenings = new PriorityQueue<>(
            Comparator.comparingLong((Happening each) -> each.at).thenComparingLong(each -> each.number));
    private Runnable afterEach = () -> {};
    private long now;
    private long number;
    private boolean stopped;

    /** Something that is to happen, unless it is called off. */
    final class Happening {
        private final long at;
        private final long number;
        private final Runnable what;

        private Happening(long at, long number, Runnable what) {
            this.at = at;
            this.number = number;
            this.what = what;
        }

        long at() {
            return at;
        }

        void callOff() {
            happenings.remove(this);
        }
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    /** @param afterEach done after everything that happens */
    void afterEach(Runnable afterEach) {
        this.afterEach = afterEach;
    }

    /** Nothing happens any more. */
    void stop() {
        stopped = true;
    }

    Happening in(long nanos, Runnable what) {
        Happening happening = new Happening(now + Math.max(0, nanos), number++, what);
        happenings.add(happening);
        return happening;
    }

    /** Lets time pass, also from within something that happens and takes that long. */
    void pass(long nanos) {
        long until = now + nanos;
        while (!stopped && !happenings.isEmpty() && happenings.peek().at <= until) {
            Happening next = happenings.remove();
            now = Math.max(now, next.at);
            next.what.run();
            afterEach.run();
        }
        now = Math.max(now, until);
    }
}
