package dev.signet.verifier.trust;

import dev.signet.verifier.trust.Clocks.Moment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** As of when a part is known to be what the ledger holds. */
public sealed interface Freshness {

    /** How old the part may be, in nanoseconds; never under-reported. */
    long ageNanos(Moment now);

    /** The time of day in milliseconds by which {@code exp} is judged: a clock that went back revives no token. */
    long nowMillis(Moment now);

    /**
     * The age up to which tokens of an audience are accepted: what the policy says now, or what it said at the pong where
     * that was less. So a smaller one counts at once, and a larger one only once a pong came after it: whoever relied on
     * the smaller one must not be let down by a verifier that heard of nothing else.
     */
    Duration maximumStaleness(TrustPolicy now, String audience);

    /** Of a part that no pong has confirmed yet. */
    Freshness NEVER = Fixed.NEVER;

    /** Of a part in the process that owns the ledger, where it is current by construction. */
    Freshness AUTHORITATIVE = Fixed.AUTHORITATIVE;

    /** Both clocks as they stand, to be taken when a ping is sent. */
    static Measured now(Clocks clocks) {
        Moment now = clocks.now();
        return new Measured(now.nanos(), now.millis(), Long.MIN_VALUE, null);
    }

    /**
     * Confirmed by a pong.
     *
     * @param sentNanos monotonic time at which the ping was sent
     * @param sentMillis time of day at which the ping was sent
     * @param authorityMillis the authority's time of day in the pong
     * @param policyThen the policy that was held when the pong came; null for none other than that of the moment
     */
    record Measured(
            long sentNanos,
            long sentMillis,
            long authorityMillis,
            @Nullable TrustPolicy policyThen) implements Freshness {

        /** This ping, answered. */
        public Measured answered(long authorityMillis) {
            return new Measured(sentNanos, sentMillis, authorityMillis, policyThen);
        }

        /** This pong, as it came while a policy was held. */
        public Measured under(TrustPolicy policyThen) {
            return new Measured(sentNanos, sentMillis, authorityMillis, policyThen);
        }

        @Override
        public Duration maximumStaleness(TrustPolicy now, String audience) {
            Duration present = now.maximumStaleness(audience);
            Duration then = policyThen == null ? present : policyThen.maximumStaleness(audience);
            return then.compareTo(present) < 0 ? then : present;
        }

        @Override
        public long ageNanos(Moment now) {
            long elapsed = now.nanos() - sentNanos;
            long wall = TimeUnit.MILLISECONDS.toNanos(now.millis() - sentMillis);
            return Math.max(0, Math.max(elapsed, wall));
        }

        @Override
        public long nowMillis(Moment now) {
            long wall = now.millis();
            if (authorityMillis == Long.MIN_VALUE) {
                return wall;
            }
            // By both clocks, as for staleness: across a suspension the monotonic one alone would tell a time that is
            // over.
            return Math.max(wall, authorityMillis + TimeUnit.NANOSECONDS.toMillis(ageNanos(now)));
        }
    }

    /** Without a measurement. */
    enum Fixed implements Freshness {
        NEVER(Long.MAX_VALUE),
        AUTHORITATIVE(0);

        private final long ageNanos;

        Fixed(long ageNanos) {
            this.ageNanos = ageNanos;
        }

        @Override
        public long ageNanos(Moment now) {
            return ageNanos;
        }

        @Override
        public Duration maximumStaleness(TrustPolicy now, String audience) {
            return now.maximumStaleness(audience);
        }

        @Override
        public long nowMillis(Moment now) {
            return now.millis();
        }
    }
}
