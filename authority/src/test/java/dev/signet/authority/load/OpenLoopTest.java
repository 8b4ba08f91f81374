package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Calls start when they are due, whatever the server does. */
final class OpenLoopTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final Mix MIX = Mix.only(Kind.CREATE);
    private static final CallSource CALLS = kind -> PlannedCall.accepted(kind, new byte[0]);

    private final VirtualTiming timing = new VirtualTiming();
    private final Recording recording = new Recording(timing, MIX.permille().keySet());
    private final long start = timing.nanos();

    private OpenLoop.Sent run(ModelServer server, int mostInFlight) {
        return new OpenLoop(timing, mostInFlight, () -> false)
                .run(
                        new Schedule(Arrivals.CONSTANT, 1000, 1000, new SplittableRandom(1)),
                        new Mix.Deck(MIX, new SplittableRandom(1)),
                        CALLS,
                        server,
                        recording);
    }

    private static void assertNear(long expected, long actual, long tolerance) {
        assertTrue(Math.abs(actual - expected) <= tolerance, actual + " is not about " + expected);
    }

    private KindResult result() {
        recording.interval(1, 1, null);
        return recording.results().get(Kind.CREATE);
    }

    @Test
    void aFastServerIsMeasuredAsItIs() {
        OpenLoop.Sent sent = run(new ModelServer(timing, MILLI / 10), 8);
        assertEquals(0, sent.unsent());
        assertEquals(1000, sent.achieved(), 5);
        KindResult result = result();
        assertEquals(1000, result.answers());
        assertNear(MILLI / 10, result.latency().maximum(), MILLI / 100);
        assertEquals(Map.of("ACCEPTED", 1000L), result.verdicts());
    }

    /** A closed loop would have made one slow call of it, and no p50 or p90 would show it. */
    @Test
    void aServerThatStandsStillDelaysNoArrivalAndEveryCallMeanwhileShowsIt() {
        ModelServer server =
                new ModelServer(timing, MILLI / 100).standingStill(start + 200 * MILLI, start + 700 * MILLI);
        OpenLoop.Sent sent = run(server, 10_000);
        assertEquals(0, sent.unsent());
        assertEquals(server.intended, server.arrivals);
        Latency latency = result().latency();
        assertNear(500 * MILLI, latency.maximum(), 2 * MILLI);
        // A fifth of those 500 waited for 400 ms and more.
        assertNear(400 * MILLI, latency.p90(), 5 * MILLI);
    }

    @Test
    void callsThatMustWaitForOthersCountFromWhenTheyShouldHaveStarted() {
        ModelServer server =
                new ModelServer(timing, MILLI / 100).standingStill(start + 200 * MILLI, start + 700 * MILLI);
        OpenLoop.Sent sent = run(server, 10);
        assertEquals(0, sent.unsent());
        Latency latency = result().latency();
        assertNear(500 * MILLI, latency.maximum(), 2 * MILLI);
        assertNear(400 * MILLI, latency.p90(), 10 * MILLI);
        assertTrue(recording.lateStarts().maximum() > 400 * MILLI);
    }

    @Test
    void whatCannotBeSentInTimeIsCounted() {
        OpenLoop.Sent sent = run(new ModelServer(timing, 4 * MILLI), 10);
        KindResult result = result();
        assertEquals(1000, result.calls() + sent.unsent());
        // A second and a tenth at 250 a second, and those in flight.
        assertNear(285, result.calls(), 5);
        assertEquals(250, sent.achieved(), 5);
    }

    @Test
    void whoGetsNoAnswerIsCounted() {
        Transport silent = new ModelServer(timing, MILLI) {
            @Override
            public void send(PlannedCall call, long planned, Recording into) {}
        };
        OpenLoop.Sent sent = new OpenLoop(timing, 10, () -> false)
                .run(
                        new Schedule(Arrivals.CONSTANT, 1000, 5, new SplittableRandom(1)),
                        new Mix.Deck(MIX, new SplittableRandom(1)),
                        CALLS,
                        silent,
                        recording);
        assertEquals(0, sent.unsent());
        assertEquals(Map.of("NO_ANSWER", 5L), result().errors());
    }

    @Test
    void anotherVerdictThanExpectedIsWrong() {
        ModelServer server = new ModelServer(timing, MILLI / 10);
        server.verdict = 10;
        run(server, 8);
        KindResult result = result();
        assertEquals(1000, result.wrong());
        assertEquals(Map.of("REVOKED", 1000L), result.verdicts());
    }

    @Test
    void itEndsAtOnceWhenItIsStopped() {
        long until = start + 100 * MILLI;
        new OpenLoop(timing, 8, () -> timing.nanos() >= until)
                .run(
                        new Schedule(Arrivals.CONSTANT, 1000, 1000, new SplittableRandom(1)),
                        new Mix.Deck(MIX, new SplittableRandom(1)),
                        CALLS,
                        new ModelServer(timing, MILLI / 10),
                        recording);
        assertNear(100, result().calls(), 2);
        assertTrue(timing.nanos() - until < 50 * MILLI);
    }
}
