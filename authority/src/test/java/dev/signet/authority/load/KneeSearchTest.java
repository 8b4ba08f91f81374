package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The knee of a server whose knee is known: one that takes a call at a time cannot do more than their time allows. */
final class KneeSearchTest {
    private static final double MOST = 1_000_000;

    private final List<Double> asked = new ArrayList<>();
    private final Set<Integer> noisy = new HashSet<>();

    /** Poisson arrivals at a rate for four seconds at a model of a server. */
    private RunResult run(double rate, double capacity) {
        asked.add(rate);
        VirtualTiming timing = new VirtualTiming();
        Mix mix = Mix.only(Kind.CREATE);
        Recording recording = new Recording(timing, mix.permille().keySet());
        ModelServer server = new ModelServer(timing, (long) (1e9 / capacity));
        if (noisy.contains(asked.size())) {
            server.standingStill(timing.nanos() + 1_000_000_000L, timing.nanos() + 1_200_000_000L);
        }
        SplittableRandom random = new SplittableRandom(asked.size());
        OpenLoop.Sent sent = new OpenLoop(timing, 1024, () -> false)
                .run(
                        new Schedule(Arrivals.POISSON, rate, Math.round(4 * rate), random),
                        new Mix.Deck(mix, random),
                        kind -> PlannedCall.accepted(kind, new byte[0]),
                        server,
                        recording);
        recording.interval(4, 4, null);
        return new RunResult(
                rate, sent.achieved(), 4, sent.unsent(), recording.results(), recording.lateStarts(), 0.3, List.of());
    }

    private KneeSearch.Knee find(double start, double capacity) {
        return new KneeSearch(rate -> run(rate, capacity), step -> true).find(start, MOST);
    }

    @ParameterizedTest
    @ValueSource(doubles = {700, 3_000, 20_000})
    void theKneeIsJustBelowWhatTheServerCanDo(double capacity) {
        KneeSearch.Knee knee = find(100, capacity);
        assertNotNull(knee.limit());
        double limit = knee.limit().result().rate();
        assertTrue(limit < capacity && limit > 0.85 * capacity, limit + " of " + capacity);
        assertTrue(knee.failed().result().rate() <= 1.05 * limit);
        assertTrue(knee.steps().size() < 30, knee.steps()::toString);
    }

    @Test
    void oneNoisyStepChangesNothing() {
        double quiet = find(100, 3_000).limit().result().rate();
        int steps = asked.size();
        asked.clear();
        noisy.add(4);
        assertEquals(quiet, find(100, 3_000).limit().result().rate(), 0.06 * quiet);
        assertEquals(asked.get(3), asked.get(4), "the noisy one was not tried again");
        assertEquals(steps + 1, asked.size(), 3);
    }

    @Test
    void aStartAboveTheKneeIsNoHarm() {
        double limit = find(50_000, 3_000).limit().result().rate();
        assertTrue(limit < 3_000 && limit > 2_550, String.valueOf(limit));
    }

    @Test
    void theSearchEndsAtTheHighestRate() {
        KneeSearch.Knee knee = new KneeSearch(rate -> run(rate, 1e6), step -> true).find(1000, 5000);
        assertEquals(5000, knee.limit().result().rate());
        assertNull(knee.failed());
        assertEquals(List.of(1000.0, 2000.0, 4000.0, 5000.0), asked);
    }

    @Test
    void whereNothingHoldsThereIsNoLimit() {
        RunResult failing = failing();
        KneeSearch.Knee knee = new KneeSearch(rate -> failing, step -> true).find(1, MOST);
        assertNull(knee.limit());
        assertEquals(2, knee.steps().size());
        assertEquals("3 create calls: UNAVAILABLE", knee.steps().get(0).problem());
    }

    @Test
    void whatWasFoundStandsWhereSomebodyEndsIt() {
        KneeSearch.Knee knee = new KneeSearch(rate -> run(rate, 3_000), step -> asked.size() < 3).find(100, MOST);
        assertEquals(3, knee.steps().size());
        assertEquals(200, knee.limit().result().rate());
    }

    private static RunResult failing() {
        Histogram none = new Histogram(Recording.HIGHEST_NANOS, Recording.DIGITS);
        KindResult kind = new KindResult(3, 0, 0, Map.of(), Map.of("UNAVAILABLE", 3L), none);
        return new RunResult(1, 0, 3, 0, Map.of(Kind.CREATE, kind), Latency.of(none), 0, List.of());
    }
}
