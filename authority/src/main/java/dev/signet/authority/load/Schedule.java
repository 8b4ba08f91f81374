package dev.signet.authority.load;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When each call is to start, fixed before the first one does. Poisson arrivals are drawn a thousand at a time, at
 * random within exactly the time that a thousand take at the rate: so the whole is neither shorter nor longer than
 * planned, and no less uneven than callers are.
 */
final class Schedule {
    private static final int BLOCK = 1000;

    private final Arrivals arrivals;
    private final double gap;
    private final long calls;
    private final RandomGenerator random;
    private final double[] block = new double[BLOCK];
    private long made;

    /** @param rate calls a second */
    Schedule(Arrivals arrivals, double rate, long calls, RandomGenerator random) {
        this.arrivals = arrivals;
        this.gap = TimeUnit.SECONDS.toNanos(1) / rate;
        this.calls = calls;
        this.random = random;
    }

    long calls() {
        return calls;
    }

    /** How long it takes, in nanoseconds. */
    long length() {
        return Math.round(calls * gap);
    }

    boolean hasNext() {
        return made < calls;
    }

    /** When the next call is to start, in nanoseconds from the start of all. */
    long next() {
        int at = (int) (made % BLOCK);
        if (at == 0) {
            draw((int) Math.min(BLOCK, calls - made));
        }
        double start = (made - at) * gap;
        made++;
        return (long) (start + block[at] * gap);
    }

    /** Ascending times of so many calls, in units of the gap. The gaps of uniform ones are those of exponentials. */
    private void draw(int size) {
        double sum = 0;
        for (int at = 0; at < size; at++) {
            sum += arrivals == Arrivals.CONSTANT ? (at == 0 ? 0 : 1) : random.nextExponential();
            block[at] = sum;
        }
        double scale = arrivals == Arrivals.CONSTANT ? 1 : size / (sum + random.nextExponential());
        for (int at = 0; at < size; at++) {
            block[at] *= scale;
        }
    }
}
