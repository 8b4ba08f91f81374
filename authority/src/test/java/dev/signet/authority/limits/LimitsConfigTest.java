package dev.signet.authority.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Limits that would be none, or that nobody could keep. */
final class LimitsConfigTest {
    private static LimitsConfig config(
            int failedAttempts, Duration longestCall, int connections, int streams, int streamsPerCredential) {
        return new LimitsConfig(
                RatesConfig.DEFAULT, failedAttempts, longestCall, connections, streams, streamsPerCredential);
    }

    private static void assertRefused(String key, Executable config) {
        assertEquals(key, assertThrows(InvalidConfiguration.class, config).key());
    }

    @Test
    void whatIsWrongIsNamed() {
        Duration call = Duration.ofSeconds(30);
        assertRefused("rate-limit-reads", () -> new RatesConfig(0, 1, 1, 1));
        assertRefused("rate-limit-changes", () -> new RatesConfig(1, -1, 1, 1));
        assertRefused("rate-limit-deletes", () -> new RatesConfig(1, 1, 1_000_001, 1));
        assertRefused("rate-limit-lookups", () -> new RatesConfig(1, 1, 1, 0));
        assertRefused("failed-attempts", () -> config(0, call, 16, 1, 1));
        assertRefused("longest-call", () -> config(1, Duration.ofMillis(999), 16, 1, 1));
        assertRefused("longest-call", () -> config(1, Duration.ofHours(1).plusMillis(1), 16, 1, 1));
        assertRefused("connections", () -> config(1, call, 15, 1, 1));
        assertRefused("connections", () -> config(1, call, 100_001, 1, 1));
        assertRefused("watch-streams", () -> config(1, call, 16, 0, 1));
        assertRefused("watch-streams-per-credential", () -> config(1, call, 16, 1, 0));
    }

    @Test
    void theBoundsThemselvesAreAllowed() {
        config(1, Duration.ofSeconds(1), 16, 1, 1);
        config(LimitsConfig.NONE, Duration.ofHours(1), 100_000, 100_000, 100_000);
        assertEquals(
                RatesConfig.UNLIMITED,
                LimitsConfig.DEFAULT.with(RatesConfig.UNLIMITED).rates());
    }

    /** Those of Astro. */
    @Test
    void theRatesAreThoseThatPipelinesKnow() {
        assertEquals(new RatesConfig(25, 10, 5, 50), LimitsConfig.DEFAULT.rates());
    }
}
