package dev.signet.verifier.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs JMH benchmarks, and keeps the median of what each took. */
final class Microbenchmarks {
    /** What one of them came to. */
    record Median(double nanos, double bytesAllocated) {}

    private final Map<String, List<Median>> medians = new HashMap<>();

    /**
     * Runs all benchmarks of a class, each in a virtual machine of its own, and all of them so many times in turns: what
     * else the machine does in a minute meets more than one of them.
     */
    Microbenchmarks run(Class<?> benchmarks, int threads, int rounds) throws RunnerException {
        Runner runner = new Runner(new OptionsBuilder()
                .include("^" + benchmarks.getName().replace(".", "\\.") + "\\.")
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .threads(threads)
                .forks(1)
                .warmupIterations(4)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(5)
                .measurementTime(TimeValue.milliseconds(500))
                .addProfiler(GCProfiler.class)
                .jvmArgs("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
                .build());
        for (int round = 0; round < rounds; round++) {
            for (RunResult result : runner.run()) {
                String benchmark = result.getParams().getBenchmark();
                medians.computeIfAbsent(
                                key(benchmark.substring(benchmark.lastIndexOf('.') + 1), threads),
                                name -> new ArrayList<>())
                        .add(new Median(
                                median(result.getPrimaryResult()),
                                median(result.getSecondaryResults().get("gc.alloc.rate.norm"))));
            }
        }
        return this;
    }

    Median median(String benchmark) {
        return median(benchmark, 1);
    }

    /** Of the medians of all rounds. */
    Median median(String benchmark, int threads) {
        List<Median> rounds = medians.get(key(benchmark, threads));
        if (rounds == null) {
            throw new IllegalArgumentException("was not run: " + benchmark);
        }
        return new Median(median(rounds, Median::nanos), median(rounds, Median::bytesAllocated));
    }

    private static double median(Result<?> result) {
        return result.getStatistics().getPercentile(50);
    }

    private static double median(List<Median> rounds, ToDoubleFunction<Median> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static String key(String benchmark, int threads) {
        return benchmark + " by " + threads;
    }
}
