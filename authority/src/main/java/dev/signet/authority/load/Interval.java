package dev.signet.authority.load;

/**
 * What happened within about a second.
 *
 * @param end when it ended, in seconds from the start of the run
 * @param length how long it was, in seconds
 */
public record Interval(double end, double length, Latency latency, long errors, long wrong) {
    public double rate() {
        return length <= 0 ? 0 : latency.count() / length;
    }
}
