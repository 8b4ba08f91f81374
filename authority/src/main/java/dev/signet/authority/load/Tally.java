package dev.signet.authority.load;

import dev.signet.v1.RejectionReason;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** What became of the calls of one kind. */
final class Tally {
    private static final String ACCEPTED = "ACCEPTED";
    private static final String UNANSWERED = "NO_ANSWER";
    private static final String UNKNOWN_VERDICT = "UNKNOWN";
    private static final int REASONS = 32;

    private final Recorder latencies = new Recorder(Recording.HIGHEST_NANOS, Recording.DIGITS);
    private final Histogram all = new Histogram(Recording.HIGHEST_NANOS, Recording.DIGITS);
    private final String tag;
    private final LongAdder started = new LongAdder();
    private final LongAdder answers = new LongAdder();
    private final LongAdder wrong = new LongAdder();
    private final LongAdder[] verdicts = new LongAdder[REASONS];
    private final ConcurrentMap<String, LongAdder> errors = new ConcurrentHashMap<>();
    private long errorsTold;
    private long wrongTold;

    Tally(Kind kind) {
        tag = kind.label();
        for (int reason = 0; reason < REASONS; reason++) {
            verdicts[reason] = new LongAdder();
        }
    }

    void started() {
        started.increment();
    }

    void answered(long nanos, int verdict, int expected) {
        latencies.recordValue(nanos);
        verdicts[verdict < 0 || verdict >= REASONS ? REASONS - 1 : verdict].increment();
        if (verdict != expected) {
            wrong.increment();
        }
        answers.increment();
    }

    void failed(String reason) {
        errors.computeIfAbsent(reason, unused -> new LongAdder()).increment();
    }

    long answers() {
        return answers.sum();
    }

    /** The latencies since the last time. */
    Histogram interval() {
        Histogram interval = latencies.getIntervalHistogram();
        interval.setTag(tag);
        all.add(interval);
        return interval;
    }

    long newErrors() {
        long now = failures();
        long more = now - errorsTold;
        errorsTold = now;
        return more;
    }

    long newWrong() {
        long now = wrong.sum();
        long more = now - wrongTold;
        wrongTold = now;
        return more;
    }

    private long failures() {
        return errors.values().stream().mapToLong(LongAdder::sum).sum();
    }

    KindResult result() {
        Map<String, Long> verdictCounts = new TreeMap<>();
        for (int reason = 0; reason < REASONS; reason++) {
            long count = verdicts[reason].sum();
            if (count > 0) {
                verdictCounts.put(verdict(reason), count);
            }
        }
        Map<String, Long> errorCounts = new TreeMap<>();
        errors.forEach((reason, count) -> errorCounts.put(reason, count.sum()));
        long lost = started.sum() - answers.sum() - failures();
        if (lost > 0) {
            errorCounts.put(UNANSWERED, lost);
        }
        return new KindResult(started.sum(), answers.sum(), wrong.sum(), verdictCounts, errorCounts, all.copy());
    }

    private static String verdict(int reason) {
        RejectionReason known = RejectionReason.forNumber(reason);
        if (known == null) {
            return UNKNOWN_VERDICT;
        }
        return reason == PlannedCall.ACCEPTED ? ACCEPTED : known.name().substring("REJECTION_REASON_".length());
    }
}
