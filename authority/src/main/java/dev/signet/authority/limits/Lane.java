package dev.signet.authority.limits;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Threads for calls of one kind, and the calls that wait for them. What would wait longer than is of use is refused when it
 * comes, before anything was done for it: a queue that only grows serves nobody, as whoever asked has gone before its turn.
 * Thread-safe.
 */
public final class Lane implements Executor, AutoCloseable {
    /** How a new duration weighs against the former ones. */
    private static final int WEIGHT = 16;

    private final ThreadPoolExecutor threads;
    private final int mostWaiting;
    private final long longestWaitNanos;
    private final LongSupplier nanos;
    /** How long one takes, lately. A lost update is of no account. */
    private volatile long usualNanos;

    /**
     * Starts threads as they are needed.
     *
     * @param mostWaiting so many wait at most, however soon they would have their turn
     * @param longestWait nobody waits longer
     * @param nanos monotonic time
     */
    public Lane(String name, int threads, int mostWaiting, Duration longestWait, LongSupplier nanos) {
        this.mostWaiting = mostWaiting;
        this.longestWaitNanos = longestWait.toNanos();
        this.nanos = nanos;
        AtomicInteger count = new AtomicInteger();
        this.threads =
                new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, name + "-" + count.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        this.threads.allowCoreThreadTimeOut(true);
    }

    /**
     * To be asked when something comes.
     *
     * @param nanosLeft how long its caller waits for the whole of it
     * @throws Refusal {@code OVERLOADED} where it would not have its turn in time
     */
    public void requireRoom(long nanosLeft) {
        if (!hasRoom(nanosLeft)) {
            throw overloaded(Duration.ofNanos(expectedNanos()));
        }
    }

    /** Whether something that comes now would have its turn in time, whoever asks for it. */
    public boolean hasRoom() {
        return hasRoom(Long.MAX_VALUE);
    }

    private boolean hasRoom(long nanosLeft) {
        return waiting() < mostWaiting && expectedNanos() <= Math.min(nanosLeft, longestWaitNanos);
    }

    /**
     * To be asked when its turn has come.
     *
     * @param cameNanos when it came
     * @throws Refusal {@code OVERLOADED} where that was too long ago
     */
    public void requireInTime(long cameNanos) {
        if (!isInTime(cameNanos)) {
            throw overloaded(Duration.ofNanos(expectedNanos()));
        }
    }

    /** Whether the turn of something that came then has not come too late. */
    public boolean isInTime(long cameNanos) {
        return nanos.getAsLong() - cameNanos <= longestWaitNanos;
    }

    /** @param wait how long what waits already will take; never told as less than what others need to go */
    static Refusal overloaded(Duration wait) {
        Duration least = Duration.ofMillis(100);
        return Refusal.tooMuch(
                "OVERLOADED", "more is asked than can be done now", wait.compareTo(least) < 0 ? least : wait);
    }

    /** Runs something after what came before, whether there was room for it or not. */
    @Override
    public void execute(Runnable task) {
        threads.execute(() -> {
            long began = nanos.getAsLong();
            try {
                task.run();
            } finally {
                long usual = usualNanos;
                usualNanos = usual + (nanos.getAsLong() - began - usual) / WEIGHT;
            }
        });
    }

    /** How many wait. */
    public int waiting() {
        return threads.getQueue().size();
    }

    private long expectedNanos() {
        return waiting() * usualNanos / threads.getMaximumPoolSize();
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
