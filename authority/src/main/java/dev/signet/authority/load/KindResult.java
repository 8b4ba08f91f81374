package dev.signet.authority.load;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/**
 * What became of the calls of one kind, or of all.
 *
 * @param wrong answers with another verdict than the kind's
 * @param verdicts how many answers there were with each verdict
 * @param errors how many calls failed, by gRPC's status code; {@code NO_ANSWER} for those that had none in time
 * @param latencies of the answers, in nanoseconds
 */
public record KindResult(
        long calls,
        long answers,
        long wrong,
        Map<String, Long> verdicts,
        Map<String, Long> errors,
        Histogram latencies) {

    public KindResult {
        verdicts = Collections.unmodifiableMap(new TreeMap<>(verdicts));
        errors = Collections.unmodifiableMap(new TreeMap<>(errors));
    }

    public Latency latency() {
        return Latency.of(latencies);
    }

    public long errorCount() {
        return errors.values().stream().mapToLong(Long::longValue).sum();
    }
}
