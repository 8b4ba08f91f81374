package dev.signet.authority.store;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/**
 * How long those who collided wait before they try again: each for another time, so that they do not meet again.
 *
 * @param pause waits for so many nanoseconds
 */
record Pauses(RandomGenerator random, LongConsumer pause) {
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(4);
    private static final int MOST_DOUBLINGS = 6;

    /**
     * Waits before an attempt.
     *
     * @param attempt 2 for the first that is not the first
     * @param longer where somebody else needs the time
     */
    void before(int attempt, boolean longer) {
        long most = SHORTEST << (longer ? MOST_DOUBLINGS : Math.min(attempt, MOST_DOUBLINGS));
        pause.accept(longer ? most / 2 + random.nextLong(most / 2) : random.nextLong(most));
    }
}
