package dev.signet.verifier.trust;

import java.time.Duration;

/**
 * The rules that the authority sets for verifiers.
 *
 * @param maximumStaleness the age of its trust state past which a verifier refuses everything; positive
 */
public record TrustPolicy(Duration maximumStaleness) {
    public TrustPolicy {
        if (maximumStaleness.isNegative() || maximumStaleness.isZero()) {
            throw new IllegalArgumentException("maximumStaleness is not positive: " + maximumStaleness);
        }
    }
}
