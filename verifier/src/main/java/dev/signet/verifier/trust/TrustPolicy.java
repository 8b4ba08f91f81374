package dev.signet.verifier.trust;

import java.time.Duration;

/**
 * The rules that the authority sets for verifiers.
 *
 * @param maximumStaleness the age of its trust state past which a verifier refuses everything; positive, at most
 *     a year
 */
public record TrustPolicy(Duration maximumStaleness) {
    public TrustPolicy {
        if (maximumStaleness.isNegative()
                || maximumStaleness.isZero()
                || maximumStaleness.compareTo(Duration.ofDays(365)) > 0) {
            throw new IllegalArgumentException("maximumStaleness is out of bounds: " + maximumStaleness);
        }
    }
}
