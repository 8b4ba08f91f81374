package dev.signet.verifier.bench;

import dev.signet.verifier.bench.LoadClient.Result;
import dev.signet.verifier.bench.Rig.Subject;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Known tokens at full speed, in rounds that alternate between the sidecar and the echo. A hundred in turns, which is
 * what the callers of a workload present, and without a bound a thousand, which no longer fit into a core's own cache.
 */
final class Throughput {
    static final int ROUNDS = Integer.getInteger("rounds", 5);
    /** More than elsewhere: the slowest percent of a second varies much. An odd number has a median. */
    private static final int ALTERNATIONS = 2 * ROUNDS - 1;

    private static final long ROUND_MILLIS = 1_000;
    /** Until the compilers have nothing left to do. */
    private static final long WARM_UP_CALLS = 600_000;

    /**
     * At first, besides: about every 6 seconds the feed asks anew, and its client takes other ways through the same
     * libraries, for which the compilers begin anew a few times.
     */
    private static final int FIRST_WARM_UP_SECONDS = 30;

    private static final long WARM_UP_STREAMED = 2_000_000;
    private static final long WARM_UP_MILLIS = 20_000;
    private static final int STREAMED = 1_024;
    private static final int CALLERS = 100;

    private final Rig rig;
    private final Figures figures;

    /** A run, and what the server spent on each answer. */
    private record Round(Result result, double cpuMicros) {}

    private interface Load {
        Result run(LoadClient client, long millis) throws InterruptedException;
    }

    Throughput(Rig rig, Figures figures) {
        this.rig = rig;
        this.figures = figures;
    }

    void run() throws Exception {
        String[] tokens = Arrays.copyOf(rig.tokens, CALLERS);
        warmUp(Requests.inTurns(tokens, Requests::verify));
        for (boolean unix : new boolean[] {true, false}) {
            String over = unix ? "unix socket" : "TCP";
            for (int inFlight : new int[] {128, 16, 1}) {
                Supplier<byte[]> requests = Requests.inTurns(tokens, Requests::verify);
                compare(
                        "Verify over " + over + ", " + inFlight + " in flight",
                        unix,
                        WARM_UP_CALLS,
                        Figure.atLeast(0.85),
                        (client, millis) -> client.unary(requests, inFlight, rig.answerLength, millis));
            }
            Supplier<byte[]> streamed = Requests.inTurns(tokens, Requests::streamed);
            compare(
                    "VerifyStream over " + over,
                    unix,
                    WARM_UP_STREAMED,
                    Figure.atLeast(0.8),
                    (client, millis) -> client.stream(streamed, STREAMED, rig.streamedLength, millis));
        }
        Supplier<byte[]> many = Requests.inTurns(rig.tokens, Requests::verify);
        compare(
                "Verify of 1,000 tokens over unix socket, 16 in flight",
                true,
                WARM_UP_CALLS,
                null,
                (client, millis) -> client.unary(many, 16, rig.answerLength, millis));
    }

    /** @param least of the echo's throughput; null where nothing is bounded, the p99 neither */
    private void compare(String name, boolean unix, long warmUpAnswers, Figure.@Nullable Bound least, Load load)
            throws Exception {
        List<Round> ours = new ArrayList<>();
        List<Round> floor = new ArrayList<>();
        try (LoadClient sidecar = new LoadClient(address(rig.sidecar, unix));
                LoadClient echo = new LoadClient(address(rig.echo, unix))) {
            warmUp(echo, load, warmUpAnswers);
            warmUp(sidecar, load, warmUpAnswers);
            for (int round = 0; round < ALTERNATIONS; round++) {
                floor.add(round(rig.echo, echo, load));
                ours.add(round(rig.sidecar, sidecar, load));
            }
        }
        boolean unary = name.startsWith("Verify ");
        add(name, ours, floor, round -> round.result().perSecond(), "1/s", least);
        if (unary) {
            add(name + ", p50", ours, floor, round -> round.result().p50Micros(), "µs", null);
            add(
                    name + ", p99",
                    ours,
                    floor,
                    round -> round.result().p99Micros(),
                    "µs",
                    least == null ? null : Figure.atMost(1.3));
        }
        add(name + ", server CPU a call", ours, floor, Round::cpuMicros, "µs", null);
    }

    private void warmUp(Supplier<byte[]> requests) throws InterruptedException {
        try (LoadClient sidecar = new LoadClient(rig.sidecar.unix());
                LoadClient echo = new LoadClient(rig.echo.unix())) {
            for (int second = 0; second < FIRST_WARM_UP_SECONDS; second++) {
                echo.unary(requests, 128, rig.answerLength, ROUND_MILLIS);
                sidecar.unary(requests, 128, rig.answerLength, ROUND_MILLIS);
            }
        }
    }

    private static void warmUp(LoadClient client, Load load, long answers) throws InterruptedException {
        long given = 0;
        for (long begin = System.nanoTime();
                given < answers && System.nanoTime() - begin < WARM_UP_MILLIS * 1_000_000; ) {
            given += load.run(client, ROUND_MILLIS).answers();
        }
    }

    private void add(
            String name,
            List<Round> ours,
            List<Round> floor,
            ToDoubleFunction<Round> value,
            String unit,
            Figure.@Nullable Bound bound) {
        figures.add(name, median(ours, value), unit, "echo", median(floor, value), bound);
    }

    private static Round round(Subject subject, LoadClient client, Load load) throws Exception {
        double before = subject.process().cpuMicros();
        Result result = load.run(client, ROUND_MILLIS);
        if (result.odd() + result.failed() > 0) {
            throw new IllegalStateException("not all were answered as they should be: " + result);
        }
        return new Round(result, (subject.process().cpuMicros() - before) / result.answers());
    }

    private static SocketAddress address(Subject subject, boolean unix) {
        return unix ? subject.unix() : subject.tcp();
    }

    static <T> double median(List<T> rounds, ToDoubleFunction<T> value) {
        double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
