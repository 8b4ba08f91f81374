package dev.signet.verifier.bench;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs JMH benchmarks, and keeps the median of what each took. */
final class Microbenchmarks {
    /** What one of them came to. */
    record Median(double nanos, double bytesAllocated) {}

    private final Map<String, Median> medians = new HashMap<>();

    /** Runs all benchmarks of a class, each in virtual machines of its own. */
    Microbenchmarks run(Class<?> benchmarks, int threads) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                        .mode(Mode.AverageTime)
                        .timeUnit(TimeUnit.NANOSECONDS)
                        .threads(threads)
                        .forks(2)
                        .warmupIterations(4)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.milliseconds(500))
                        .addProfiler(GCProfiler.class)
                        .jvmArgs("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                        .build())
                .run();
        for (RunResult result : results) {
            String benchmark = result.getParams().getBenchmark();
            medians.put(
                    key(benchmark.substring(benchmark.lastIndexOf('.') + 1), threads),
                    new Median(
                            result.getPrimaryResult().getStatistics().getPercentile(50),
                            result.getSecondaryResults()
                                    .get("gc.alloc.rate.norm")
                                    .getStatistics()
                                    .getPercentile(50)));
        }
        return this;
    }

    Median median(String benchmark) {
        return median(benchmark, 1);
    }

    Median median(String benchmark, int threads) {
        Median median = medians.get(key(benchmark, threads));
        if (median == null) {
            throw new IllegalArgumentException("was not run: " + benchmark);
        }
        return median;
    }

    private static String key(String benchmark, int threads) {
        return benchmark + " by " + threads;
    }
}
