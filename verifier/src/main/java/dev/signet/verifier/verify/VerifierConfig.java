package dev.signet.verifier.verify;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens a verifier accepts.
 *
 * @param issuer the {@code iss} that a token must carry
 * @param audiences the audiences that this verifier answers for; a token must be made for one of them
 * @param skew how far clocks may differ, at most 30 s
 * @param maximumStaleness a stricter bound than the authority's on the age of the trust state, or null
 * @param cachedTokens how many verified tokens of up to 1 KiB are remembered; a longer one counts as several
 */
public record VerifierConfig(
        String issuer,
        Set<String> audiences,
        Duration skew,
        @Nullable Duration maximumStaleness,
        int cachedTokens) {

    public static final String DEFAULT_ISSUER = "https://signet.local";
    public static final String DEFAULT_AUDIENCE = "signet";
    public static final Duration MAXIMUM_SKEW = Duration.ofSeconds(30);
    public static final int DEFAULT_CACHED_TOKENS = 100_000;

    private static final Duration LARGEST_STALENESS = Duration.ofHours(24);

    public VerifierConfig {
        audiences = Set.copyOf(audiences);
        if (issuer.isBlank()) {
            throw new InvalidConfiguration("issuer", "must not be empty");
        }
        if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
            throw new InvalidConfiguration("audience", "at least one is needed, and none may be empty");
        }
        if (skew.isNegative() || skew.compareTo(MAXIMUM_SKEW) > 0) {
            throw new InvalidConfiguration("clock-skew", "must be from 0s to 30s, got " + skew);
        }
        if (maximumStaleness != null
                && (maximumStaleness.isNegative()
                        || maximumStaleness.isZero()
                        || maximumStaleness.compareTo(LARGEST_STALENESS) > 0)) {
            throw new InvalidConfiguration(
                    "maximum-staleness", "must be positive and at most 24h, got " + maximumStaleness);
        }
        if (cachedTokens < 0) {
            throw new InvalidConfiguration("cached-tokens", "must not be negative, got " + cachedTokens);
        }
    }

    /** One issuer and one audience, with the default bounds. */
    public static VerifierConfig of(String issuer, String audience) {
        return new VerifierConfig(issuer, Set.of(audience), MAXIMUM_SKEW, null, DEFAULT_CACHED_TOKENS);
    }
}
