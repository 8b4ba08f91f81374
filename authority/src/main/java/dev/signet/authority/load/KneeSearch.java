package dev.signet.authority.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the knee: the highest rate at which a server still answers about as fast as when it has little to do. Past it
 * calls come faster than they are answered, they queue, and latency is a matter of how long one looks.
 *
 * <p>The rate is doubled until it does not hold, and the range between the last that held and the first that did not
 * is then halved until it is within a twentieth. A rate holds where all calls were sent, answered, and answered as
 * expected, as fast as they were planned, and with a p99 of at most ten times that at little load; below 5 ms any p99
 * is good. A rate that fails is tried once more before it counts as one that does not hold: something else may have
 * had the machine.
 */
final class KneeSearch {
    private static final double KEPT_RATE = 0.98;
    private static final int KNEE_FACTOR = 10;
    private static final long GOOD_NANOS = Duration.ofMillis(5).toNanos();
    private static final double PRECISION = 1.05;
    private static final double LOWEST_RATE = 1;

    private final DoubleFunction<RunResult> runs;
    private final Predicate<Step> goesOn;
    private final List<Step> steps = new ArrayList<>();
    private long leastP99 = Long.MAX_VALUE;

    /**
     * @param runs makes calls at a rate for some seconds
     * @param goesOn is told each step; the search ends where it says no
     */
    KneeSearch(DoubleFunction<RunResult> runs, Predicate<Step> goesOn) {
        this.runs = runs;
        this.goesOn = goesOn;
    }

    /**
     * @param limit the step at the highest rate that holds; null where none does
     * @param failed the step at the lowest rate above it that does not; null where none was reached
     */
    record Knee(
            List<Step> steps,
            @Nullable Step limit,
            @Nullable Step failed) {}

    Knee find(double start, double highest) {
        Step limit = null;
        Step failed = null;
        double rate = start;
        // What was found so far stands where the search is ended.
        while (true) {
            Step step = tried(rate);
            if (step == null) {
                return new Knee(steps, limit, failed);
            }
            if (step.holds()) {
                limit = step;
            } else {
                failed = step;
            }
            double next = next(limit, failed, highest);
            if (next == 0) {
                return new Knee(steps, limit, failed);
            }
            rate = next;
        }
    }

    /** The rate to try next; 0 where the limit is known well enough. */
    private static double next(@Nullable Step limit, @Nullable Step failed, double highest) {
        if (failed == null) {
            double held = limit == null ? 0 : limit.result().rate();
            return held >= highest ? 0 : Math.min(2 * held, highest);
        }
        double bad = failed.result().rate();
        if (limit == null) {
            return bad <= LOWEST_RATE ? 0 : Math.max(bad / 4, LOWEST_RATE);
        }
        double good = limit.result().rate();
        return bad / good <= PRECISION ? 0 : Math.sqrt(good * bad);
    }

    /** Null where the search was ended. */
    private @Nullable Step tried(double rate) {
        Step first = step(rate);
        if (!goesOn.test(first)) {
            return null;
        }
        if (first.holds()) {
            return first;
        }
        Step second = step(rate);
        return goesOn.test(second) ? second : null;
    }

    private Step step(double rate) {
        RunResult result = runs.apply(rate);
        leastP99 = Math.min(leastP99, result.all().latency().p99());
        Step step = new Step(result, problem(result));
        steps.add(step);
        return step;
    }

    private @Nullable String problem(RunResult result) {
        if (!result.isClean()) {
            return result.problems().get(0);
        }
        if (result.achieved() < KEPT_RATE * result.rate()) {
            return String.format(Locale.ROOT, "%.0f answers/s", result.achieved());
        }
        long allowed = Math.max(KNEE_FACTOR * leastP99, GOOD_NANOS);
        long p99 = result.all().latency().p99();
        return p99 <= allowed ? null : String.format(Locale.ROOT, "p99 above %.1f ms", allowed / 1e6);
    }
}
