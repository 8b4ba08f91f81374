package dev.signet.authority.load;

import io.grpc.Status;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/**
 * What became of the calls of one run. Latencies are those of answers, wrong ones included; a call that failed has
 * none, and is counted.
 */
final class Recording {
    static final long HIGHEST_NANOS = 3_600_000_000_000L;
    static final int DIGITS = 3;

    private final Timing timing;
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong firstAnswer = new AtomicLong();
    private final SingleWriterRecorder lateStarts = new SingleWriterRecorder(HIGHEST_NANOS, DIGITS);

    Recording(Timing timing, Set<Kind> kinds) {
        this.timing = timing;
        kinds.forEach(kind -> tallies.put(kind, new Tally(kind)));
    }

    int inFlight() {
        return inFlight.get();
    }

    /** A call goes out; by one thread. */
    void started(Kind kind, long intended, long now) {
        inFlight.incrementAndGet();
        tally(kind).started();
        lateStarts.recordValue(bounded(now - intended));
    }

    void answered(PlannedCall call, long intended, int verdict) {
        long now = timing.nanos();
        if (firstAnswer.get() == 0) {
            firstAnswer.compareAndSet(0, now);
        }
        tally(call.kind()).answered(bounded(now - intended), verdict, call.expected());
        inFlight.decrementAndGet();
    }

    void failed(PlannedCall call, Status.Code code) {
        failed(call, code.name());
    }

    /** @param reason a stable word; none that a client can make new ones of */
    void failed(PlannedCall call, String reason) {
        tally(call.kind()).failed(reason);
        inFlight.decrementAndGet();
    }

    /** Answers a second, from the first one until {@code now}: whatever the latency, a server that keeps up has the rate. */
    double answersPerSecond(long now) {
        long from = firstAnswer.get();
        long answers = tallies.values().stream().mapToLong(Tally::answers).sum();
        return from == 0 || now <= from ? 0 : answers * 1e9 / (now - from);
    }

    /**
     * What happened since the last time; asked by one thread at a time.
     *
     * @param log where the latencies are written to, or null
     */
    Interval interval(double seconds, double length, @Nullable HistogramLogWriter log) {
        Histogram latencies = new Histogram(HIGHEST_NANOS, DIGITS);
        long errors = 0;
        long wrong = 0;
        for (Tally tally : tallies.values()) {
            Histogram own = tally.interval();
            latencies.add(own);
            if (log != null && own.getTotalCount() > 0) {
                log.outputIntervalHistogram(own);
            }
            errors += tally.newErrors();
            wrong += tally.newWrong();
        }
        return new Interval(seconds, length, Latency.of(latencies), errors, wrong);
    }

    /** All that there was, once nothing more is recorded and the last interval was taken. */
    Map<Kind, KindResult> results() {
        Map<Kind, KindResult> results = new EnumMap<>(Kind.class);
        tallies.forEach((kind, tally) -> results.put(kind, tally.result()));
        return results;
    }

    Latency lateStarts() {
        return Latency.of(lateStarts.getIntervalHistogram());
    }

    private Tally tally(Kind kind) {
        Tally tally = tallies.get(kind);
        if (tally == null) {
            throw new IllegalArgumentException("not in the mix: " + kind);
        }
        return tally;
    }

    private static long bounded(long nanos) {
        return Math.max(0, Math.min(nanos, HIGHEST_NANOS));
    }
}
