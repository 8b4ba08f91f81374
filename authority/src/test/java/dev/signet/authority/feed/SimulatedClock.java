package dev.signet.authority.feed;

import dev.signet.verifier.trust.BootClock;
import dev.signet.verifier.trust.Clocks;
import java.time.Instant;

/** A machine's two clocks. They run at a rate of their own; suspension stops one, an operator may set the other. */
final class SimulatedClock {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private final VirtualTime time;
    private final double rate;
    private final long firstElapsed;
    private final long firstWallOffset;
    private long wallOffset;
    private long suspendedFor;
    private long suspendedAt = -1;

    /**
     * Clocks of a machine.
     *
     * @param rate seconds that they count in a second
     * @param wallOffset nanoseconds that the time of day is ahead of the true one
     */
    SimulatedClock(VirtualTime time, double rate, long wallOffset, long firstElapsed) {
        this.time = time;
        this.rate = rate;
        this.wallOffset = wallOffset;
        this.firstWallOffset = wallOffset;
        this.firstElapsed = firstElapsed;
    }

    Clocks clocks() {
        return new Clocks(this::elapsed, this::wall);
    }

    long elapsed() {
        long until = suspendedAt < 0 ? time.now() : suspendedAt;
        return firstElapsed + (long) ((until - suspendedFor) * rate);
    }

    Instant wall() {
        return START.plusNanos((long) (time.now() * rate) + wallOffset);
    }

    /** Of a clock that does not stand still. */
    BootClock.Reading sinceBoot() {
        return new BootClock.Reading("the only start", (long) (time.now() * rate) / 1_000_000);
    }

    /** How long it truly takes until this clock has gone on by so much. */
    long trueNanos(long nanos) {
        return (long) (nanos / rate);
    }

    void setWall(long nanosFurther) {
        wallOffset += nanosFurther;
    }

    /** Undoes what {@link #setWall} did. */
    void correctWall() {
        wallOffset = firstWallOffset;
    }

    void suspend() {
        suspendedAt = time.now();
    }

    void resume() {
        suspendedFor += time.now() - suspendedAt;
        suspendedAt = -1;
    }
}
