package dev.signet.authority.load;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

/** Time that passes only while somebody waits; what was planned meanwhile happens when it is due. */
final class VirtualTiming implements Timing {
    private record Event(long at, long number, Runnable what) {}

    private final Queue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now = 1_000_000;
    private long numbers;

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public void pause(long nanos) {
        long until = now + nanos;
        while (!events.isEmpty() && events.peek().at() <= until) {
            Event next = events.remove();
            now = Math.max(now, next.at());
            next.what().run();
        }
        now = until;
    }

    @Override
    public long cpuNanos(Thread thread) {
        return now / 4;
    }

    void at(long moment, Runnable what) {
        events.add(new Event(moment, numbers++, what));
    }
}
