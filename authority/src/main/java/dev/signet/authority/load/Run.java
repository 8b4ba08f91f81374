package dev.signet.authority.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** Makes calls at one rate, and tells each second how they fare. */
final class Run {
    private static final double SHORTEST_INTERVAL = 0.5;

    private final LoadConfig config;
    private final Timing timing;
    private final RandomGenerator random;
    private final Progress progress;
    private final BooleanSupplier stopped;

    Run(LoadConfig config, Timing timing, RandomGenerator random, Progress progress, BooleanSupplier stopped) {
        this.config = config;
        this.timing = timing;
        this.random = random;
        this.progress = progress;
        this.stopped = stopped;
    }

    /** @param log is given the latencies; null where they do not count */
    RunResult make(
            double rate, Duration duration, CallSource calls, Transport transport, @Nullable HistogramLogWriter log) {
        progress.runs(rate, duration.toMillis() / 1e3, log == null);
        Mix mix = config.mix();
        Recording recording = new Recording(timing, mix.permille().keySet());
        Schedule schedule = new Schedule(config.arrivals(), rate, LoadConfig.calls(rate, duration), random);
        Map<Thread, Long> before = cpu(transport.threads());
        Intervals intervals = new Intervals(recording, log);
        OpenLoop.Sent sent;
        ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "load-reporter");
            thread.setDaemon(true);
            return thread;
        });
        try {
            var unused = reporter.scheduleAtFixedRate(intervals::take, 1, 1, TimeUnit.SECONDS);
            sent = new OpenLoop(timing, config.mostInFlight(), stopped)
                    .run(schedule, new Mix.Deck(mix, random), calls, transport, recording);
        } finally {
            end(reporter);
        }
        intervals.take();
        return new RunResult(
                rate,
                sent.achieved(),
                sent.sending() / 1e9,
                sent.unsent(),
                recording.results(),
                recording.lateStarts(),
                busiest(before, cpu(transport.threads()), sent.sending()),
                intervals.taken);
    }

    private static void end(ScheduledExecutorService reporter) {
        reporter.shutdown();
        try {
            while (!reporter.awaitTermination(1, TimeUnit.SECONDS)) {
                // It is about to write what it has.
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Thread, Long> cpu(Set<Thread> transport) {
        Set<Thread> threads = new HashSet<>(transport);
        threads.add(Thread.currentThread());
        Map<Thread, Long> nanos = new HashMap<>();
        threads.forEach(thread -> nanos.put(thread, timing.cpuNanos(thread)));
        return nanos;
    }

    private static double busiest(Map<Thread, Long> before, Map<Thread, Long> after, long elapsed) {
        return after.entrySet().stream()
                .mapToDouble(thread ->
                        (thread.getValue() - before.getOrDefault(thread.getKey(), 0L)) / (double) Math.max(1, elapsed))
                .max()
                .orElse(0);
    }

    private final class Intervals {
        private final Recording recording;
        private final @Nullable HistogramLogWriter log;
        private final long start = timing.nanos();
        private final List<Interval> taken = new ArrayList<>();
        private long last = start;

        Intervals(Recording recording, @Nullable HistogramLogWriter log) {
            this.recording = recording;
            this.log = log;
        }

        synchronized void take() {
            long now = timing.nanos();
            Interval interval = recording.interval((now - start) / 1e9, (now - last) / 1e9, log);
            last = now;
            // What little comes after the last whole second is counted, but is no second.
            if (interval.length() >= SHORTEST_INTERVAL) {
                taken.add(interval);
                progress.interval(interval);
            }
        }
    }
}
