package dev.signet.authority.load;

import dev.signet.verifier.InvalidConfiguration;
import java.time.Duration;

/**
 * What a load test does.
 *
 * @param rate calls a second; where the limit is searched, those of the first step
 * @param duration of the run, or of each step
 * @param warmUp how long calls are made before that are not measured
 * @param mix of the tokens, where the verifier is asked
 * @param mostInFlight how many calls may be unanswered at a time
 * @param knownTokens how many different known tokens there are, or how many are rotated in turn
 * @param findLimit whether to search the highest rate that holds
 */
public record LoadConfig(
        LoadTarget target,
        double rate,
        Duration duration,
        Duration warmUp,
        Mix mix,
        Arrivals arrivals,
        int connections,
        int mostInFlight,
        int knownTokens,
        long seed,
        boolean findLimit) {
    public static final double HIGHEST_RATE = 1_000_000;
    private static final Duration SHORTEST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofHours(24);

    public LoadConfig {
        if (!(rate >= 0.1 && rate <= HIGHEST_RATE)) {
            throw new InvalidConfiguration("rate", "must be from 0.1 to 1000000 calls a second");
        }
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new InvalidConfiguration("duration", "must be from 500ms to 24h");
        }
        if (warmUp.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidConfiguration("warm-up", "must be at most 1h");
        }
        requireWithin("connections", connections, 1, 1000);
        requireWithin("in-flight", mostInFlight, 1, 1 << 20);
        requireWithin("tokens", knownTokens, 1, 10_000);
        if (calls(rate, duration) < 1) {
            throw new InvalidConfiguration("rate", "makes no call within the duration");
        }
        if (!target.isVerifier()) {
            mix = target.mix();
        }
    }

    private static void requireWithin(String key, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new InvalidConfiguration(key, "must be from " + lowest + " to " + highest + ", got " + value);
        }
    }

    static long calls(double rate, Duration duration) {
        return Math.round(rate * duration.toMillis() / 1000);
    }
}
