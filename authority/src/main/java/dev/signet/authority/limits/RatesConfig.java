package dev.signet.authority.limits;

import dev.signet.verifier.InvalidConfiguration;

/**
 * Calls a second of one credential, each at least 1 or {@link LimitsConfig#NONE}. Ten seconds' worth may come at once.
 *
 * @param reads get and list
 * @param changes create and update
 * @param deletes which also have what changes leave over
 * @param lookups exchanges of one API key, and questions of one credential after itself
 */
public record RatesConfig(int reads, int changes, int deletes, int lookups) {
    /** Those of Astro for GET, POST and DELETE; lookups have none there. */
    public static final RatesConfig DEFAULT = new RatesConfig(25, 10, 5, 50);

    public static final RatesConfig UNLIMITED =
            new RatesConfig(LimitsConfig.NONE, LimitsConfig.NONE, LimitsConfig.NONE, LimitsConfig.NONE);

    private static final int LARGEST = 1_000_000;

    public RatesConfig {
        requireRate("rate-limit-reads", reads);
        requireRate("rate-limit-changes", changes);
        requireRate("rate-limit-deletes", deletes);
        requireRate("rate-limit-lookups", lookups);
    }

    static void requireRate(String key, int value) {
        if (value != LimitsConfig.NONE) {
            requireBetween(key, value, 1, LARGEST);
        }
    }

    static void requireBetween(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidConfiguration(key, "must be from %d to %d, got %d".formatted(least, most, value));
        }
    }
}
