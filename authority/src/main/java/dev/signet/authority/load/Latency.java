package dev.signet.authority.load;

import org.HdrHistogram.AbstractHistogram;

/** Percentiles, in nanoseconds; all 0 where nothing was measured. */
public record Latency(long count, long p50, long p90, long p99, long p999, long maximum) {

    static Latency of(AbstractHistogram histogram) {
        return new Latency(
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getMaxValue());
    }
}
