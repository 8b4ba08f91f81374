package dev.signet.authority.feed;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Runs seeds, as many at a time as there are processors. Each is done by one thread, whatever the others do. */
final class Seeds {
    private static final List<String> LOGGERS = List.of("dev.signet.authority.feed", "dev.signet.verifier.feed");

    private Seeds() {}

    /**
     * What came of them.
     *
     * @param seed the first that failed
     * @param problem null where none did
     * @param seen how often each thing happened
     */
    record Outcome(long seed, FeedSimulation.@Nullable Problem problem, Map<String, Integer> seen) {}

    /** Stops soon after a seed that fails. */
    static Outcome run(LongFunction<FeedSimulation> simulation, long first, long last) {
        int threads = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            AtomicLong next = new AtomicLong(first);
            AtomicBoolean failed = new AtomicBoolean();
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                outcomes.add(pool.submit(() -> runSome(simulation, next, last, failed)));
            }
            List<Outcome> all = new ArrayList<>();
            for (Future<Outcome> outcome : outcomes) {
                all.add(outcome.get());
            }
            return together(all);
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Outcome runSome(
            LongFunction<FeedSimulation> simulation, AtomicLong next, long last, AtomicBoolean failed) {
        Map<String, Integer> seen = new TreeMap<>();
        for (long seed = next.getAndIncrement(); seed <= last && !failed.get(); seed = next.getAndIncrement()) {
            FeedSimulation each = simulation.apply(seed);
            FeedSimulation.Problem problem = run(each, seed);
            each.seen().forEach((what, count) -> seen.merge(what, count, Integer::sum));
            if (problem != null) {
                failed.set(true);
                return new Outcome(seed, problem, seen);
            }
        }
        return new Outcome(0, null, seen);
    }

    private static FeedSimulation.@Nullable Problem run(FeedSimulation simulation, long seed) {
        try {
            return simulation.run();
        } catch (RuntimeException e) {
            throw new IllegalStateException("seed " + seed + " cannot be simulated", e);
        }
    }

    private static Outcome together(List<Outcome> outcomes) {
        Map<String, Integer> seen = new TreeMap<>();
        Outcome first = outcomes.get(0);
        for (Outcome outcome : outcomes) {
            outcome.seen().forEach((what, count) -> seen.merge(what, count, Integer::sum));
            if (outcome.problem() != null && (first.problem() == null || outcome.seed() < first.seed())) {
                first = outcome;
            }
        }
        return new Outcome(first.seed(), first.problem(), seen);
    }

    /** What goes wrong a thousand times over is not worth a line each. */
    static void silence() {
        LOGGERS.forEach(name -> logger(name).setLevel(Level.OFF));
    }

    static void speak() {
        LOGGERS.forEach(name -> logger(name).setLevel(null));
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
