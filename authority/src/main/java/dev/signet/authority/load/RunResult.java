package dev.signet.authority.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * One run at one rate.
 *
 * @param rate the calls a second that were planned
 * @param achieved the answers a second that came
 * @param seconds how long calls were to be started
 * @param unsent planned calls that were not started: too many were in flight, or this process was too slow
 * @param lateStarts how much later than planned calls were started; contained in their latencies
 * @param clientBusy of the busiest thread of this process that makes calls, the share of the time it ran
 */
public record RunResult(
        double rate,
        double achieved,
        double seconds,
        long unsent,
        Map<Kind, KindResult> kinds,
        Latency lateStarts,
        double clientBusy,
        List<Interval> intervals) {
    /** From here on the client is what is measured. */
    private static final double CLIENT_BOUND = 0.9;

    public RunResult {
        intervals = List.copyOf(intervals);
    }

    public boolean isClientBound() {
        return clientBusy >= CLIENT_BOUND;
    }

    /** Whether every call was sent, answered, and answered as expected. */
    public boolean isClean() {
        return unsent == 0
                && kinds.values().stream()
                        .allMatch(kind -> kind.wrong() == 0 && kind.errors().isEmpty());
    }

    /** All kinds as one. */
    public KindResult all() {
        Histogram latencies = new Histogram(Recording.HIGHEST_NANOS, Recording.DIGITS);
        kinds.values().forEach(kind -> latencies.add(kind.latencies()));
        return new KindResult(
                kinds.values().stream().mapToLong(KindResult::calls).sum(),
                kinds.values().stream().mapToLong(KindResult::answers).sum(),
                kinds.values().stream().mapToLong(KindResult::wrong).sum(),
                sum(kinds.values().stream().map(KindResult::verdicts)),
                sum(kinds.values().stream().map(KindResult::errors)),
                latencies);
    }

    private static Map<String, Long> sum(Stream<Map<String, Long>> counts) {
        Map<String, Long> sum = new TreeMap<>();
        counts.forEach(each -> each.forEach((name, count) -> sum.merge(name, count, Long::sum)));
        return sum;
    }

    /** The first thing that went wrong, for people; empty where nothing did. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        kinds.forEach((kind, result) -> {
            if (result.wrong() > 0) {
                problems.add(result.wrong() + " wrong verdicts on " + kind.label() + " tokens: " + result.verdicts());
            }
            result.errors().forEach((code, count) -> problems.add(count + " " + kind.label() + " calls: " + code));
        });
        if (unsent > 0) {
            problems.add(unsent + " calls were not sent in time");
        }
        return problems;
    }
}
