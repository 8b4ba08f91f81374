package dev.signet.authority.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** So much in a period, a given number of it at once. Thread-safe. */
final class Allowance {
    private final @Nullable Bucket bucket;

    private Allowance(@Nullable Bucket bucket) {
        this.bucket = bucket;
    }

    /**
     * Full at first.
     *
     * @param count that comes back in each period; {@link LimitsConfig#NONE} for any number at any time
     * @param burst how much of it there is at most
     * @param nanos monotonic time
     */
    static Allowance of(int count, Duration period, long burst, LongSupplier nanos) {
        if (count == LimitsConfig.NONE) {
            return new Allowance(null);
        }
        return new Allowance(Bucket.builder()
                .withCustomTimePrecision(new Meter(nanos))
                .addLimit(limit -> limit.capacity(burst).refillGreedy(count, period))
                .build());
    }

    /** Takes one, where there is one. */
    boolean take() {
        return bucket == null || bucket.tryConsume(1);
    }

    /** How long until there is one; zero where there is one now. */
    Duration untilNext() {
        if (bucket == null) {
            return Duration.ZERO;
        }
        EstimationProbe probe = bucket.estimateAbilityToConsume(1);
        return probe.canBeConsumed() ? Duration.ZERO : Duration.ofNanos(probe.getNanosToWaitForRefill());
    }

    private record Meter(LongSupplier nanos) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanos.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
