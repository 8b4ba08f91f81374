package dev.signet.verifier.trust;

import java.util.concurrent.TimeUnit;

/** As of when a part is known to be what the ledger holds. */
public sealed interface Freshness {

    /** How old the part may be, in nanoseconds; never under-reported. */
    long ageNanos(Clocks clocks);

    /** The time of day in milliseconds by which {@code exp} is judged: a clock that went back revives no token. */
    long nowMillis(Clocks clocks);

    /** Of a part that no pong has confirmed yet. */
    Freshness NEVER = Fixed.NEVER;

    /** Of a part in the process that owns the ledger, where it is current by construction. */
    Freshness AUTHORITATIVE = Fixed.AUTHORITATIVE;

    /** Both clocks as they stand, to be taken when a ping is sent. */
    static Measured now(Clocks clocks) {
        return new Measured(clocks.elapsed().read(), clocks.wall().millis(), Long.MIN_VALUE);
    }

    /**
     * Confirmed by a pong.
     *
     * @param sentNanos monotonic time at which the ping was sent
     * @param sentMillis time of day at which the ping was sent
     * @param authorityMillis the authority's time of day in the pong
     */
    record Measured(long sentNanos, long sentMillis, long authorityMillis) implements Freshness {

        /** This ping, answered. */
        public Measured answered(long authorityMillis) {
            return new Measured(sentNanos, sentMillis, authorityMillis);
        }

        @Override
        public long ageNanos(Clocks clocks) {
            long elapsed = clocks.elapsed().read() - sentNanos;
            long wall = TimeUnit.MILLISECONDS.toNanos(clocks.wall().millis() - sentMillis);
            return Math.max(0, Math.max(elapsed, wall));
        }

        @Override
        public long nowMillis(Clocks clocks) {
            long wall = clocks.wall().millis();
            if (authorityMillis == Long.MIN_VALUE) {
                return wall;
            }
            long elapsed = TimeUnit.NANOSECONDS.toMillis(clocks.elapsed().read() - sentNanos);
            return Math.max(wall, authorityMillis + Math.max(0, elapsed));
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
        public long ageNanos(Clocks clocks) {
            return ageNanos;
        }

        @Override
        public long nowMillis(Clocks clocks) {
            return clocks.wall().millis();
        }
    }
}
