package dev.signet.verifier.testkit;

import dev.signet.verifier.trust.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Both clocks, moved by hand: the time of day starts at {@link TestTokens#NOW}, monotonic time five seconds before it
 * wraps around, as it may at any moment on a real machine.
 */
public final class FakeClocks {
    private final AtomicLong elapsed = new AtomicLong(Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(5));
    private final AtomicLong wall = new AtomicLong(TestTokens.NOW.toEpochMilli());
    private final Clocks clocks = new Clocks(elapsed::get, () -> Instant.ofEpochMilli(wall.get()));

    public Clocks clocks() {
        return clocks;
    }

    public long elapsedNanos() {
        return elapsed.get();
    }

    public long wallMillis() {
        return wall.get();
    }

    /** Time passes. */
    public void advance(Duration by) {
        jumpElapsed(by);
        jumpWall(by);
    }

    /** Monotonic time passes while the time of day stands still. */
    public void jumpElapsed(Duration by) {
        elapsed.addAndGet(by.toNanos());
    }

    /** Somebody sets the time of day, or the machine was suspended. */
    public void jumpWall(Duration by) {
        wall.addAndGet(by.toMillis());
    }
}
