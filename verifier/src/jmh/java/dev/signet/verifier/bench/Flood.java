package dev.signet.verifier.bench;

import dev.signet.verifier.bench.LoadClient.Result;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Known tokens from one client at a steady rate, beside another client that sends what it can: known tokens, and then
 * ones that are bad in a new way each time.
 */
final class Flood {
    private static final int STEADY_PER_SECOND = 1_000;
    private static final int FLOOD_IN_FLIGHT = 128;
    private static final long MILLIS = 3_000;

    private final Rig rig;
    private final Figures figures;

    /** What came of one flood: of the other client's calls, and of the flood's own. */
    private record Beside(Result steady, Result flood) {}

    Flood(Rig rig, Figures figures) {
        this.rig = rig;
        this.figures = figures;
    }

    void run() throws Exception {
        Map<String, Supplier<byte[]>> bad = new LinkedHashMap<>();
        bad.put("bad signatures", Requests.badSignatures(rig.tokens[0]));
        bad.put("unknown keys", Requests.unknownKeys(rig.tokens[0]));
        bad.put("malformed tokens", Requests.malformed(rig.tokens[0]));
        Supplier<byte[]> known = Requests.inTurns(rig.tokens, Requests::verify);
        beside(known);
        double heapBefore = rig.sidecar.process().heapMiB();

        List<Beside> floor = new ArrayList<>();
        Map<String, List<Beside>> floods = new LinkedHashMap<>();
        for (int round = 0; round < Throughput.ROUNDS; round++) {
            floor.add(beside(known));
            for (Map.Entry<String, Supplier<byte[]>> kind : bad.entrySet()) {
                floods.computeIfAbsent(kind.getKey(), name -> new ArrayList<>()).add(beside(kind.getValue()));
            }
        }
        double steady = Throughput.median(floor, beside -> beside.steady().p99Micros());
        floods.forEach((name, rounds) -> {
            figures.add(
                    "p99 of known tokens beside a flood of " + name,
                    Throughput.median(rounds, beside -> beside.steady().p99Micros()),
                    "µs",
                    "beside a flood of known ones",
                    steady,
                    Figure.atMost(3));
            figures.add(
                    "flood of " + name,
                    Throughput.median(rounds, beside -> beside.flood().perSecond()),
                    "1/s",
                    "flood of known tokens",
                    Throughput.median(floor, beside -> beside.flood().perSecond()),
                    null);
        });
        figures.add(
                "heap after " + Throughput.ROUNDS + " floods of each kind",
                rig.sidecar.process().heapMiB(),
                "MiB",
                "before",
                heapBefore,
                Figure.atMost(1.1));
    }

    private Beside beside(Supplier<byte[]> requests) throws Exception {
        Supplier<byte[]> known = Requests.inTurns(rig.tokens, Requests::verify);
        try (LoadClient steady = new LoadClient(rig.sidecar.unix());
                LoadClient flood = new LoadClient(rig.sidecar.unix())) {
            CompletableFuture<Result> flooding = CompletableFuture.supplyAsync(() -> {
                try {
                    return flood.unary(requests, FLOOD_IN_FLIGHT, rig.answerLength, MILLIS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            });
            Result result = steady.atRate(known, STEADY_PER_SECOND, rig.answerLength, MILLIS - 300);
            if (result.odd() + result.failed() > 0) {
                throw new IllegalStateException("not all known tokens were accepted: " + result);
            }
            return new Beside(result, flooding.join());
        }
    }
}
