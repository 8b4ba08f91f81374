package dev.signet.authority.load;

/** The time of this process. */
public interface Timing {
    /** Nanoseconds from a moment of its own choice; they never go back. */
    long nanos();

    /** Waits about so long, and no longer than a few milliseconds more. */
    void pause(long nanos);

    /** How long a thread has run, in nanoseconds; 0 where nobody counts. */
    long cpuNanos(Thread thread);
}
