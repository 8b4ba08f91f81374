package dev.signet.authority.limits;

import java.util.function.LongSupplier;

/**
 * What is known of those who call: how often they did, and who showed what was no good.
 *
 * @param rates of good credentials
 * @param attempts with credentials that are no good
 * @param secrets that were right
 */
public record Callers(CallerRates rates, FailedAttempts attempts, ProvenSecrets secrets) {

    /** @param nanos monotonic time */
    public static Callers of(LimitsConfig config, LongSupplier nanos) {
        return new Callers(
                new CallerRates(config.rates(), nanos),
                new FailedAttempts(config.failedAttempts(), nanos),
                new ProvenSecrets(nanos));
    }
}
