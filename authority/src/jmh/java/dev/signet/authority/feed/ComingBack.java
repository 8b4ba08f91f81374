package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.verifier.bench.Figure;
import dev.signet.verifier.bench.Figures;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of verifiers that come at once: to an authority that they never saw, then to one that was killed and started
 * again. They are real feeds, each on a connection of its own; the authority is a process with a bounded heap.
 * That no good token is refused meanwhile is asserted.
 */
final class ComingBack {
    private static final int VERIFIERS = 5_000;
    private static final int HEAP_MEGABYTES = 256;
    private static final int CHANGES = 300;
    private static final int REVOKED_EACH = 10;
    private static final int FEED_THREADS = 2;
    private static final int CHECKS_PER_LOOK = 5;
    private static final long BETWEEN_LOOKS_MILLIS = 50;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final PrintStream out = System.out;
    private final Random random = new Random(1);
    private final List<ScheduledExecutorService> threads = IntStream.range(0, FEED_THREADS)
            .mapToObj(i -> Executors.newSingleThreadScheduledExecutor())
            .toList();

    private final Figures figures;
    private final Path folder;

    ComingBack(Figures figures, Path folder) {
        this.figures = figures;
        this.folder = folder;
    }

    private record Tenant(String organization, String credential) {}

    /** What was seen while verifiers came: how long it took, and the oldest state that any decided by meanwhile. */
    private record Coming(double seconds, double oldestSeconds, int refused) {}

    void measure() throws Exception {
        measure(Duration.ofSeconds(60));
        measure(Duration.ofSeconds(20));
        threads.forEach(ScheduledExecutorService::shutdownNow);
        row("processors", Runtime.getRuntime().availableProcessors(), "");
    }

    private void measure(Duration staleness) throws Exception {
        out.printf("%,d verifiers, maximum staleness %d s%n", VERIFIERS, staleness.toSeconds());
        Path data = Files.createDirectories(folder.resolve("of-" + staleness.toSeconds()))
                .resolve("data");
        Tenant tenant = fill(data, staleness);
        List<ReconnectingVerifier> verifiers = new ArrayList<>();
        try (BoundedAuthority authority = new BoundedAuthority(data, HEAP_MEGABYTES, staleness)) {
            authority.awaitListening();
            ReconnectingVerifier.Endings endings = ReconnectingVerifier.Endings.none();
            VerificationKeys keys = new VerificationKeys();
            for (int i = 0; i < VERIFIERS; i++) {
                verifiers.add(new ReconnectingVerifier(
                        authority.port(),
                        tenant.organization(),
                        tenant.credential(),
                        threads.get(i % FEED_THREADS),
                        keys,
                        i,
                        endings));
            }
            verifiers.forEach(ReconnectingVerifier::start);
            Coming first = awaitCurrent(authority, verifiers, null);
            row("first start: all current", first.seconds(), "s");
            rows(authority, endings);
            // Pings have settled to their pace by then.
            awaitPings(staleness);

            authority.restart();
            long began = System.nanoTime();
            authority.awaitListening();
            row("restart: until it listens", seconds(System.nanoTime() - began), "s");
            Coming again = awaitCurrent(authority, verifiers, tenant);
            row("restart: from then until all current", again.seconds(), "s");
            row("restart: oldest state decided by", again.oldestSeconds(), "s");
            row("restart: good tokens refused", again.refused(), "");
            rows(authority, endings);
            figures.add(
                    VERIFIERS + " come back, the oldest state decided by",
                    again.oldestSeconds(),
                    "s",
                    "the maximum staleness",
                    staleness.toSeconds(),
                    Figure.atMost(1));
            figures.add(
                    VERIFIERS + " come back, heap after a collection",
                    authority.mostLeft(),
                    "MB",
                    "the heap's bound",
                    HEAP_MEGABYTES,
                    Figure.atMost(1));
            assertTrue(again.refused() == 0, "a good token was refused");
        } finally {
            verifiers.forEach(ReconnectingVerifier::close);
        }
    }

    /** An installation with one organization that has thousands of revocations. */
    private static Tenant fill(Path data, Duration staleness) {
        FakeClock clock = new FakeClock();
        clock.advance(Duration.between(FakeClock.START, Instant.now()));
        try (TestAuthority authority =
                TestAuthority.open(TestAuthority.config(data, KeysConfig.of(null, null), staleness), clock, 1)) {
            ResourcePath organization = authority.organization();
            Call owner = authority.owner(organization);
            for (int i = 0; i < CHANGES; i++) {
                int index = authority.unpublished().reserveIndexes(organization.id(), 2 * REVOKED_EACH);
                int[] revoked =
                        IntStream.range(0, REVOKED_EACH).map(n -> index + 2 * n).toArray();
                authority.unpublished().write(tx -> {
                    tx.announce(organization.id(), new TrustChange.Revoked(Indexes.of(revoked)));
                    return revoked;
                });
            }
            return new Tenant(organization.id(), owner.credential().text());
        }
    }

    /** @param checked whose token is to be accepted all the while; null where nobody can decide before the end */
    private Coming awaitCurrent(
            BoundedAuthority authority, List<ReconnectingVerifier> verifiers, @Nullable Tenant checked)
            throws InterruptedException {
        VerifierConfig config = VerifierConfig.of(TestAuthority.ISSUER, TestAuthority.AUDIENCE);
        long began = System.nanoTime();
        long oldest = 0;
        int refused = 0;
        while (verifiers.stream().anyMatch(verifier -> !verifier.isCurrent())) {
            assertTrue(authority.isAlive(), "the authority stands");
            assertTrue(System.nanoTime() - began < PATIENCE.toNanos(), "all are current in the end");
            if (checked != null) {
                for (ReconnectingVerifier verifier : verifiers) {
                    oldest = Math.max(oldest, verifier.ageNanos());
                }
                for (int i = 0; i < CHECKS_PER_LOOK; i++) {
                    Verdict verdict = verifiers
                            .get(random.nextInt(VERIFIERS))
                            .checker(config)
                            .verify(checked.credential());
                    refused += verdict instanceof Verdict.Accepted ? 0 : 1;
                }
            }
            TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MILLIS);
        }
        return new Coming(seconds(System.nanoTime() - began), seconds(oldest), refused);
    }

    private static void awaitPings(Duration staleness) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(staleness.dividedBy(5).toNanos());
    }

    private void rows(BoundedAuthority authority, ReconnectingVerifier.Endings endings) throws IOException {
        row("asked to come back", (double) endings.busy().sumThenReset(), "times");
        row("streams that ended otherwise", (double) endings.other().sumThenReset(), "");
        row("heap, its bound", HEAP_MEGABYTES, "MB");
        row("heap, the most after a collection", authority.mostLeft(), "MB");
        row("heap, the most before one", authority.mostUsed(), "MB");
        row("resident, the most", authority.mostResident(), "MB");
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    private void row(String what, double value, String unit) {
        boolean whole = value == Math.rint(value);
        out.printf(Locale.ROOT, whole ? "%-40s %,10.0f %s%n" : "%-40s %,10.2f %s%n", what, value, unit);
    }
}
