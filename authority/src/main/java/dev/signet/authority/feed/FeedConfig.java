package dev.signet.authority.feed;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.util.Map;

/**
 * What verifiers are told about freshness.
 *
 * @param maximumStaleness the age of its trust state past which a verifier refuses everything, 1 s to 24 h
 * @param audienceStaleness larger ages, up to 24 h, up to which it accepts tokens of these audiences
 * @param certificates who may watch by a client certificate
 */
public record FeedConfig(
        Duration maximumStaleness, Map<String, Duration> audienceStaleness, CertificateVerifiersConfig certificates) {

    public static final Duration DEFAULT_MAXIMUM_STALENESS = Duration.ofSeconds(60);
    /** The largest that there can be. */
    static final Duration LARGEST = Duration.ofHours(24);

    public FeedConfig {
        audienceStaleness = Map.copyOf(audienceStaleness);
        if (maximumStaleness.compareTo(Duration.ofSeconds(1)) < 0 || maximumStaleness.compareTo(LARGEST) > 0) {
            throw new InvalidConfiguration("maximum-staleness", "must be from 1s to 24h, got " + maximumStaleness);
        }
        for (Map.Entry<String, Duration> audience : audienceStaleness.entrySet()) {
            if (audience.getValue().compareTo(maximumStaleness) <= 0
                    || audience.getValue().compareTo(LARGEST) > 0) {
                throw new InvalidConfiguration(
                        "audience-staleness",
                        "must be larger than the maximum staleness of %s, and at most 24h, got %s for %s"
                                .formatted(maximumStaleness, audience.getValue(), audience.getKey()));
            }
        }
    }

    /** By tokens alone. */
    public FeedConfig(Duration maximumStaleness, Map<String, Duration> audienceStaleness) {
        this(maximumStaleness, audienceStaleness, CertificateVerifiersConfig.NONE);
    }

    /** The same for every audience. */
    public FeedConfig(Duration maximumStaleness) {
        this(maximumStaleness, Map.of());
    }

    /** What verifiers are told of it. */
    public TrustPolicy policy() {
        return new TrustPolicy(maximumStaleness, audienceStaleness);
    }
}
