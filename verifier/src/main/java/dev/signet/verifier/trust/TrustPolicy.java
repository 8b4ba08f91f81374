package dev.signet.verifier.trust;

import java.time.Duration;
import java.util.Map;

/**
 * The rules that the authority sets for verifiers.
 *
 * @param maximumStaleness the age of its trust state past which a verifier refuses everything; positive, at most
 *     a year
 * @param audiences the larger ages up to which it accepts tokens of these audiences; at most a year too
 */
public record TrustPolicy(Duration maximumStaleness, Map<String, Duration> audiences) {
    private static final Duration LARGEST = Duration.ofDays(365);

    public TrustPolicy {
        audiences = Map.copyOf(audiences);
        if (maximumStaleness.isNegative() || maximumStaleness.isZero() || maximumStaleness.compareTo(LARGEST) > 0) {
            throw new IllegalArgumentException("maximumStaleness is out of bounds: " + maximumStaleness);
        }
        for (Map.Entry<String, Duration> audience : audiences.entrySet()) {
            if (audience.getValue().compareTo(maximumStaleness) <= 0
                    || audience.getValue().compareTo(LARGEST) > 0) {
                throw new IllegalArgumentException("the staleness of an audience is out of bounds: " + audience);
            }
        }
    }

    /** The same for every audience. */
    public TrustPolicy(Duration maximumStaleness) {
        this(maximumStaleness, Map.of());
    }

    /** The age up to which tokens of an audience are accepted. */
    public Duration maximumStaleness(String audience) {
        return audiences.getOrDefault(audience, maximumStaleness);
    }
}
