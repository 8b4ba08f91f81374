package dev.signet.verifier.trust;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.InstantSource;

/**
 * The two clocks that freshness is measured by: suspension stops the first on some systems, an operator may set the
 * second.
 *
 * @param elapsed monotonic time
 * @param wall the time of day
 */
public record Clocks(Ticker elapsed, InstantSource wall) {
    /**
     * Both at one moment.
     *
     * @param nanos of the monotonic clock, from an arbitrary origin
     * @param millis since the epoch
     */
    public record Moment(long nanos, long millis) {}

    public static final Clocks SYSTEM = new Clocks(Ticker.systemTicker(), InstantSource.system());

    public Moment now() {
        return new Moment(elapsed.read(), wall.millis());
    }
}
