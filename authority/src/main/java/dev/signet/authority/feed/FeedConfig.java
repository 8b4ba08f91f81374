package dev.signet.authority.feed;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;

/**
 * What verifiers are told about freshness.
 *
 * @param maximumStaleness the age of its trust state past which a verifier refuses everything, 1 s to 24 h
 */
public record FeedConfig(Duration maximumStaleness) {

    public static final Duration DEFAULT_MAXIMUM_STALENESS = Duration.ofSeconds(60);

    public FeedConfig {
        if (maximumStaleness.compareTo(Duration.ofSeconds(1)) < 0
                || maximumStaleness.compareTo(Duration.ofHours(24)) > 0) {
            throw new InvalidConfiguration("maximum-staleness", "must be from 1s to 24h, got " + maximumStaleness);
        }
    }
}
