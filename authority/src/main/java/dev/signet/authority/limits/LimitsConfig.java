package dev.signet.authority.limits;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;

/**
 * How much may be asked for.
 *
 * @param rates what one credential may ask for a second
 * @param failedAttempts how many credentials that are no good one address may show a minute; {@link #NONE} for any number
 * @param longestCall how long a call takes at most, where its caller does not say
 * @param connections how many connections there are on the gRPC port
 * @param watchStreams how many verifiers watch here
 * @param watchStreamsPerCredential how many of these with one credential
 */
public record LimitsConfig(
        RatesConfig rates,
        int failedAttempts,
        Duration longestCall,
        int connections,
        int watchStreams,
        int watchStreamsPerCredential) {

    /** Where something is not limited. */
    public static final int NONE = Integer.MAX_VALUE;

    public static final int DEFAULT_FAILED_ATTEMPTS = 60;
    public static final Duration DEFAULT_LONGEST_CALL = Duration.ofSeconds(30);
    public static final int DEFAULT_CONNECTIONS = 10_000;
    public static final int DEFAULT_WATCH_STREAMS = 10_000;
    public static final int DEFAULT_WATCH_STREAMS_PER_CREDENTIAL = 2_500;

    private static final int MOST_CONNECTIONS = 100_000;
    private static final int FEWEST_CONNECTIONS = 16;

    public static final LimitsConfig DEFAULT = new LimitsConfig(
            RatesConfig.DEFAULT,
            DEFAULT_FAILED_ATTEMPTS,
            DEFAULT_LONGEST_CALL,
            DEFAULT_CONNECTIONS,
            DEFAULT_WATCH_STREAMS,
            DEFAULT_WATCH_STREAMS_PER_CREDENTIAL);

    /** For measuring and trying out: nobody calls too often. */
    public static final LimitsConfig UNLIMITED = new LimitsConfig(
            RatesConfig.UNLIMITED, NONE, DEFAULT_LONGEST_CALL, MOST_CONNECTIONS, MOST_CONNECTIONS, MOST_CONNECTIONS);

    public LimitsConfig {
        RatesConfig.requireRate("failed-attempts", failedAttempts);
        if (longestCall.compareTo(Duration.ofSeconds(1)) < 0 || longestCall.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidConfiguration(
                    "longest-call", "must be from 1s to 1h, got " + longestCall.toMillis() + "ms");
        }
        RatesConfig.requireBetween("connections", connections, FEWEST_CONNECTIONS, MOST_CONNECTIONS);
        RatesConfig.requireBetween("watch-streams", watchStreams, 1, MOST_CONNECTIONS);
        RatesConfig.requireBetween("watch-streams-per-credential", watchStreamsPerCredential, 1, MOST_CONNECTIONS);
    }

    /** The same with other rates. */
    public LimitsConfig with(RatesConfig rates) {
        return new LimitsConfig(
                rates, failedAttempts, longestCall, connections, watchStreams, watchStreamsPerCredential);
    }
}
