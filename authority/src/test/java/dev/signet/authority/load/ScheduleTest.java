package dev.signet.authority.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScheduleTest {
    private static final long SECOND = 1_000_000_000L;

    private static List<Long> times(Arrivals arrivals, double rate, long calls, long seed) {
        Schedule schedule = new Schedule(arrivals, rate, calls, new SplittableRandom(seed));
        List<Long> times = new ArrayList<>();
        while (schedule.hasNext()) {
            times.add(schedule.next());
        }
        return times;
    }

    @ParameterizedTest
    @EnumSource
    void everyCallIsWithinItsTimeAndTheyAscend(Arrivals arrivals) {
        List<Long> times = times(arrivals, 2000, 5_500, 7);
        assertEquals(5_500, times.size());
        for (int at = 0; at < times.size(); at++) {
            assertTrue(at == 0 || times.get(at) >= times.get(at - 1), "call " + at);
            long block = at / 1000 * (SECOND / 2);
            assertTrue(times.get(at) >= block && times.get(at) <= block + SECOND / 2, "call " + at);
        }
        assertEquals(2_750 * SECOND / 1000, new Schedule(arrivals, 2000, 5_500, new SplittableRandom(1)).length());
    }

    @Test
    void constantArrivalsAreEquallySpaced() {
        List<Long> times = times(Arrivals.CONSTANT, 4, 9, 1);
        for (int at = 0; at < times.size(); at++) {
            assertEquals(at * SECOND / 4, times.get(at));
        }
    }

    /** The gaps of a Poisson process: their standard deviation is their mean, and e^-2 of them are above twice that. */
    @Test
    void poissonArrivalsAreAsUnevenAsCallersAre() {
        int calls = 200_000;
        List<Long> times = times(Arrivals.POISSON, 1000, calls, 42);
        double mean = SECOND / 1000.0;
        double squares = 0;
        int longGaps = 0;
        for (int at = 1; at < calls; at++) {
            double gap = times.get(at) - times.get(at - 1);
            squares += (gap - mean) * (gap - mean);
            longGaps += gap > 2 * mean ? 1 : 0;
        }
        assertEquals(1, Math.sqrt(squares / calls) / mean, 0.02);
        assertEquals(Math.exp(-2), longGaps / (double) calls, 0.005);
    }

    @Test
    void theSameSeedMakesTheSameArrivals() {
        assertEquals(times(Arrivals.POISSON, 10, 100, 3), times(Arrivals.POISSON, 10, 100, 3));
        assertTrue(!times(Arrivals.POISSON, 10, 100, 3).equals(times(Arrivals.POISSON, 10, 100, 4)));
    }
}
