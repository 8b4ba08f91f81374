package dev.signet.authority.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * How often each credential may call. What it may delete is apart from what it may change, and where that is used up it
 * takes what it may change: nobody who changes much has to wait to end something. What ends everything has a reserve
 * besides, which nothing else takes from. Thread-safe.
 */
public final class CallerRates {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int BURST_SECONDS = 10;
    /** One call in this time, a few at once, when all else is used up. */
    private static final Duration EMERGENCY_PERIOD = Duration.ofSeconds(5);

    private static final int EMERGENCY_BURST = 10;
    /** Whoever is forgotten has everything again; that takes as many good credentials. */
    private static final int REMEMBERED = 20_000;

    private final RatesConfig rates;
    private final LongSupplier nanos;
    private final Cache<String, Allowances> callers;

    /** @param nanos monotonic time */
    public CallerRates(RatesConfig rates, LongSupplier nanos) {
        this.rates = rates;
        this.nanos = nanos;
        this.callers = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                // Longer than it takes for anything to be full again.
                .expireAfterAccess(Duration.ofMinutes(5))
                .ticker(nanos::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    private record Allowances(
            Allowance reads, Allowance changes, Allowance deletes, Allowance lookups, Allowance emergencies) {

        /** From which a call takes one: the first that has one. */
        List<Allowance> of(CallKind kind) {
            return switch (kind) {
                case FEED -> List.of();
                case READ -> List.of(reads);
                case CHANGE -> List.of(changes);
                case LOOKUP -> List.of(lookups);
                case ROTATION -> List.of(changes, deletes);
                case DELETION -> List.of(deletes, changes);
                case EMERGENCY -> List.of(deletes, changes, emergencies);
            };
        }
    }

    /**
     * Counts a call.
     *
     * @param subject the credential's id
     * @throws Refusal {@code RATE_LIMITED} where there are too many; this one is not counted then
     */
    public void count(String subject, CallKind kind) {
        List<Allowance> allowances =
                callers.get(subject, unknown -> allowances()).of(kind);
        if (allowances.isEmpty()) {
            return;
        }
        for (Allowance allowance : allowances) {
            if (allowance.take()) {
                return;
            }
        }
        Duration wait = allowances.stream()
                .map(Allowance::untilNext)
                .min(Duration::compareTo)
                .orElseThrow();
        throw Refusal.tooMuch("RATE_LIMITED", "this credential calls too often", wait);
    }

    private Allowances allowances() {
        return new Allowances(
                aSecond(rates.reads()),
                aSecond(rates.changes()),
                aSecond(rates.deletes()),
                aSecond(rates.lookups()),
                Allowance.of(1, EMERGENCY_PERIOD, EMERGENCY_BURST, nanos));
    }

    private Allowance aSecond(int rate) {
        return Allowance.of(rate, SECOND, (long) rate * BURST_SECONDS, nanos);
    }
}
