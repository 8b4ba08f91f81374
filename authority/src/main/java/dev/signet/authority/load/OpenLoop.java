package dev.signet.authority.load;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Starts calls when they are due, however long the answers to earlier ones take. Were each caller to wait for its last
 * answer, a server that stands still for a second would be measured by the few calls that were under way, and not by
 * all those that nobody made meanwhile.
 *
 * <p>Where so many calls are in flight already that no more may be, the next ones start as soon as they can. Their
 * latency counts from when they should have. Those whose turn does not come before the end are not sent, and counted.
 */
final class OpenLoop {
    /** What the pacing itself may be late by at the end. */
    private static final long GRACE = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long FULL_PAUSE = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long DRAIN = TimeUnit.SECONDS.toNanos(5);

    private final Timing timing;
    private final int mostInFlight;
    private final BooleanSupplier stopped;

    /** @param stopped whether somebody wants it to end at once */
    OpenLoop(Timing timing, int mostInFlight, BooleanSupplier stopped) {
        this.timing = timing;
        this.mostInFlight = mostInFlight;
        this.stopped = stopped;
    }

    /**
     * @param sending how long calls were started, in nanoseconds
     * @param achieved the answers a second meanwhile
     */
    record Sent(long unsent, long sending, double achieved) {}

    /** Starts all, and waits for their answers for some seconds at most. */
    Sent run(Schedule schedule, Mix.Deck deck, CallSource calls, Transport transport, Recording recording) {
        long start = timing.nanos();
        long end = start + schedule.length();
        long sent = 0;
        while (schedule.hasNext() && !stopped.getAsBoolean()) {
            long intended = start + schedule.next();
            Kind kind = deck.draw();
            if (!awaitTurn(intended, end + GRACE, recording)) {
                break;
            }
            PlannedCall call = calls.next(kind);
            recording.started(kind, intended, timing.nanos());
            transport.send(call, intended, recording);
            sent++;
        }
        awaitUntil(end, null);
        long now = timing.nanos();
        double achieved = recording.answersPerSecond(now);
        awaitUntil(now + DRAIN, recording);
        long unsent = stopped.getAsBoolean() ? 0 : schedule.calls() - sent;
        return new Sent(unsent, now - start, achieved);
    }

    /** Whether the call may be started; not where the end came first. */
    private boolean awaitTurn(long intended, long latest, Recording recording) {
        while (!stopped.getAsBoolean()) {
            long now = timing.nanos();
            if (now - latest > 0) {
                return false;
            }
            if (now - intended < 0) {
                timing.pause(Math.min(intended - now, LONGEST_PAUSE));
            } else if (recording.inFlight() >= mostInFlight) {
                timing.pause(FULL_PAUSE);
            } else {
                return true;
            }
        }
        return false;
    }

    /** @param recording where given, waits only as long as calls are in flight */
    private void awaitUntil(long moment, @Nullable Recording recording) {
        while (!stopped.getAsBoolean() && (recording == null || recording.inFlight() > 0)) {
            long left = moment - timing.nanos();
            if (left <= 0) {
                return;
            }
            timing.pause(Math.min(left, recording == null ? LONGEST_PAUSE : TimeUnit.MILLISECONDS.toNanos(1)));
        }
    }
}
