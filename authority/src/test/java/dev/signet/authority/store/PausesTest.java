package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LongSummaryStatistics;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long those who collided wait. */
final class PausesTest {
    private static LongSummaryStatistics millis(int attempt, boolean longer) {
        Set<Long> waited = new HashSet<>();
        Pauses pauses = new Pauses(new Random(9), waited::add);
        for (int i = 0; i < 1_000; i++) {
            pauses.before(attempt, longer);
        }
        assertTrue(waited.size() > 900, "they would meet again");
        return waited.stream().mapToLong(TimeUnit.NANOSECONDS::toMillis).summaryStatistics();
    }

    @Test
    void theyGrowAndAreBounded() {
        assertEquals(0, millis(2, false).getMin());
        assertEquals(15, millis(2, false).getMax());
        assertEquals(31, millis(3, false).getMax());
        assertEquals(255, millis(8, false).getMax());
        assertEquals(255, millis(80, false).getMax());
    }

    @Test
    void aServerThatComesUpIsGivenTime() {
        assertTrue(millis(2, true).getMin() >= 128);
        assertEquals(255, millis(2, true).getMax());
    }
}
