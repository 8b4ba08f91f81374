package dev.signet.verifier.verify;

import dev.signet.verifier.testkit.HeapSize;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Digest;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.io.PrintStream;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/**
 * What a list of a million revocations costs. Run by its name, as the README says; no time is asserted, as that would
 * only measure the machine. The sizes are asserted by {@link RevocationSizeTest}.
 */
class RevocationBenchmark {
    private static final int LOOKUPS = 1 << 20;
    private static final int ROUNDS = 15;
    private static final int VERDICTS = 4_000_000;

    private final PrintStream out = System.out;
    private final VerifierBench bench = new VerifierBench();
    private final RevokedTenth tenth = new RevokedTenth(TestTokens.GRANTS_REVISION);
    private final byte[] serialized = tenth.serialized();
    private final byte[] deflated = RevokedTenth.deflated(serialized);
    private long sink;

    @Test
    void measure() throws InterruptedException {
        Indexes revoked = tenth.part.revoked();
        row("tokens", RevokedTenth.TOKENS, "");
        row("revoked", revoked.size(), "");
        row("heap", HeapSize.of(revoked) / (double) revoked.size(), "bytes a revocation");
        row("snapshot", serialized.length, "bytes");
        row("snapshot, deflated", deflated.length, "bytes");
        row("entropy", entropy() / 8, "bytes");

        int[] indexes = new Random(1).ints(LOOKUPS, 0, RevokedTenth.TOKENS).toArray();
        long[] words = tenth.bits.toLongArray();
        row("a bit in a plain array", lookup(indexes, i -> (words[i >>> 6] >>> i & 1) != 0), "ns");
        row("lookup in the list", lookup(indexes, revoked::contains), "ns");

        row("inflate, decode, swap a snapshot", best(this::apply) / 1e6, "ms");
        row(
                "digest of a list as it was read",
                best(() -> sink += read().digest().hashCode()) / 1e6,
                "ms (with the above)");
        row("one more revocation", best(() -> sink += oneMore().revision()) / 1e6, "ms");
        row(
                "one more revocation and the digest",
                best(() -> sink += oneMore().digest().hashCode()) / 1e6,
                "ms");

        bench.trust.replace(tenth.part);
        String token = TestTokens.of(Kind.WORKSPACE).sign();
        BooleanSupplier verify = () -> bench.verifier.verify(token) instanceof Verdict.Accepted;
        BooleanSupplier nothing = () -> true;
        // What is measured first is compiled meanwhile.
        latencies(verify);
        latencies(nothing);
        percentiles("nothing", latencies(nothing));
        percentiles("verify", latencies(verify));
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger applied = new AtomicInteger();
        Thread feed = new Thread(
                () -> {
                    while (!over.get()) {
                        apply();
                        applied.incrementAndGet();
                    }
                },
                "snapshots");
        long collected = collectionMillis();
        feed.start();
        percentiles("nothing, beside snapshots", latencies(nothing));
        percentiles("verify, beside snapshots", latencies(verify));
        over.set(true);
        feed.join();
        row("snapshots applied meanwhile", applied.get(), "");
        row("garbage collection meanwhile", (double) (collectionMillis() - collected), "ms");
        row("processors", Runtime.getRuntime().availableProcessors(), "");
    }

    private static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private TrustPart read() {
        return RevokedTenth.read(RevokedTenth.inflated(deflated, serialized.length));
    }

    private void apply() {
        bench.trust.replace(read());
    }

    private OrganizationTrust oneMore() {
        Digest present = tenth.part.digest();
        sink += present.hashCode();
        return tenth.part.after(new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 101);
    }

    private double lookup(int[] indexes, IntPredicate list) {
        return best(() -> {
                    int found = 0;
                    for (int index : indexes) {
                        found += list.test(index) ? 1 : 0;
                    }
                    sink += found;
                })
                / indexes.length;
    }

    /** In nanoseconds, of some rounds: others of the machine only ever add to it. */
    private static double best(Runnable work) {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long began = System.nanoTime();
            work.run();
            best = Math.min(best, System.nanoTime() - began);
        }
        return best;
    }

    private static long[] latencies(BooleanSupplier work) {
        long[] nanos = new long[VERDICTS];
        for (int i = 0; i < nanos.length; i++) {
            long began = System.nanoTime();
            boolean good = work.getAsBoolean();
            nanos[i] = System.nanoTime() - began;
            if (!good) {
                throw new AssertionError("a good token is refused");
            }
        }
        Arrays.sort(nanos);
        return nanos;
    }

    private void percentiles(String what, long[] sorted) {
        row(what + ", p50", at(sorted, 0.5), "ns");
        row(what + ", p99", at(sorted, 0.99), "ns");
        row(what + ", p99.9", at(sorted, 0.999), "ns");
        row(what + ", max", at(sorted, 1) / 1e6, "ms");
    }

    private static double at(long[] sorted, double quantile) {
        return (double) sorted[(int) ((sorted.length - 1) * quantile)];
    }

    /** In bits, of so many chosen at random. */
    private static double entropy() {
        double p = RevokedTenth.REVOKED / (double) RevokedTenth.TOKENS;
        return -RevokedTenth.TOKENS * (p * Math.log(p) + (1 - p) * Math.log(1 - p)) / Math.log(2);
    }

    private void row(String what, double value, String unit) {
        boolean whole = value == Math.rint(value);
        out.printf(Locale.ROOT, whole ? "%-36s %,12.0f %s%n" : "%-36s %,12.3f %s%n", what, value, unit);
    }
}
