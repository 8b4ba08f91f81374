package dev.signet.authority.e2e;

import dev.signet.authority.e2e.history.Counts;
import dev.signet.authority.e2e.history.History;
import dev.signet.authority.e2e.history.HistoryChecker;
import dev.signet.authority.e2e.history.Violation;
import dev.signet.verifier.bench.Figures;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Authorities over one PostgreSQL behind HAProxy, under load, while every kind of fault happens in an order that a seed
 * draws: some runs, each with a seed of its own. {@code -Dsignet.seed} begins with another.
 */
public final class FaultsPart {
    private static final int RUNS = Integer.getInteger("signet.runs", 3);
    private static final int ROUNDS = Integer.getInteger("signet.rounds", 2);

    private FaultsPart() {}

    public static void run(Figures figures) throws Exception {
        long first = Long.getLong("signet.seed", System.nanoTime());
        int violations = 0;
        for (int run = 0; run < RUNS; run++) {
            violations += run(figures.folder().resolve("faults-" + run), first + run);
        }
        System.out.println(violations + " violations in " + RUNS + " runs");
        if (violations > 0) {
            throw new IllegalStateException(violations + " violations");
        }
    }

    static int run(Path logs, long seed) throws Exception {
        System.out.println("-- seed " + seed);
        List<Fault> faults = new ArrayList<>();
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            List<Fault> all = new ArrayList<>(Arrays.asList(Fault.values()));
            Collections.shuffle(all, random);
            faults.addAll(all);
        }
        Path folder = Files.createTempDirectory("signet-faults");
        Processes processes = new Processes(logs);
        try {
            History history = new UnderFaults(random.nextLong())
                    .run(processes, folder, ports -> HaProxy.start(folder, ports), faults);
            System.out.println(Counts.of(history));
            List<Violation> violations = HistoryChecker.check(UnderFaults.MAXIMUM_STALENESS, history);
            violations.forEach(System.out::println);
            return violations.size();
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
