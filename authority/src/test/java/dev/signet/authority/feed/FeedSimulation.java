package dev.signet.authority.feed;

import dev.signet.authority.store.MemoryLedger;
import dev.signet.authority.store.MemoryStore;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Some authorities over one store and some verifiers, of which a seed decides what is done, what goes wrong and when.
 * What is real: the publisher and all it is made of, the feed, the trust state, the verifier of tokens. What is not:
 * time, threads, the network, the store, and the feed key.
 */
final class FeedSimulation {
    /** How much faster or slower a clock may run. */
    static final double LARGEST_DRIFT = 0.005;

    /** What authorities' times of day may differ from the true one. */
    private static final long LARGEST_SKEW = 300_000_000;

    private static final long SECOND = 1_000_000_000;

    /** What verifiers' times of day may differ from it before anybody sets them. */
    static final long LARGEST_OFFSET = 20 * SECOND;

    private final Random random;
    private final TokenTexts texts;
    private final TrustCodec codec;
    private final KeyedHash feedKey = new KeyedHash();
    private final VirtualTime time = new VirtualTime();
    private final Checks checks = new Checks(this);
    private final Faults faults;
    private final Workload workload;
    private final List<AuthorityProcess> authorities = new ArrayList<>();
    private final List<VerifierProcess> verifiers = new ArrayList<>();
    private final Map<String, History> histories = new HashMap<>();
    private final VerifierConfig verifierConfig;
    private final Duration firstStaleness;
    private final boolean traced;
    private final List<String> trace = new ArrayList<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private MemoryStore store = new MemoryStore("ledger");
    private Duration staleness;
    private Duration largest = Duration.ZERO;
    private @Nullable Path disk;
    private int pausing;
    private long steps;
    private @Nullable Problem problem;

    /** What went wrong. */
    record Problem(Checks.Invariant invariant, String text) {}

    FeedSimulation(TokenTexts texts, long seed, boolean traced) {
        // Seeds that follow on each other begin with nearly the same numbers.
        this.random = new Random(seed * 0x9e3779b97f4a7c15L ^ 0x5deece66dL);
        this.texts = texts;
        this.codec = new TrustCodec(texts.keys());
        this.traced = traced;
        int choice = random.nextInt(10);
        this.firstStaleness = Duration.ofSeconds(choice < 6 ? 20 : choice < 8 ? 60 : 1_200);
        this.staleness = firstStaleness;
        Duration skew = Duration.ofSeconds(List.of(0, 2, 30).get(random.nextInt(3)));
        this.verifierConfig = new VerifierConfig(
                VerifierConfig.DEFAULT_ISSUER,
                Set.of(VerifierConfig.DEFAULT_AUDIENCE, TokenTexts.PATIENT),
                skew,
                null,
                1_000);
        this.workload = new Workload(this);
        this.faults = new Faults(this);
    }

    /** Runs a seed to its end, or to the first thing that must not be. */
    @Nullable
    Problem run() {
        if (random.nextInt(100) > 0) {
            return runOn(null);
        }
        try (TemporaryFolder folder = TemporaryFolder.make()) {
            return runOn(folder.path());
        }
    }

    private @Nullable Problem runOn(@Nullable Path disk) {
        this.disk = disk;
        time.afterEach(this::afterStep);
        histories.put(store.id(), new History());
        new MemoryLedger(store, MemoryLedger.Pauses.NONE).write(tx -> {
            workload.begin(tx);
            return tx;
        });
        committed();
        for (int number = 1 + random.nextInt(3); number > 0; number--) {
            AuthorityProcess authority = new AuthorityProcess(this, "authority " + number, clock(LARGEST_SKEW));
            authorities.add(authority);
            authority.start();
        }
        for (int number = 2 + random.nextInt(3); number > 0; number--) {
            VerifierProcess verifier = verifier("verifier " + number);
            verifiers.add(verifier);
            verifier.start();
        }
        direct();
        time.pass((long) (firstStaleness.toNanos() * (3 + 3 * random.nextDouble())));
        faults.end();
        time.pass((long) (largest.toNanos() * 0.7) + 7 * SECOND);
        // What was let go is asked for, comes, is asked about and confirmed: four messages, each as slow as they get.
        checks.present();
        time.pass(firstStaleness.toNanos() / 2 + 2 * SECOND);
        if (problem == null) {
            checks.converged();
        }
        seen.merge("steps", (int) steps, Integer::sum);
        return problem;
    }

    private SimulatedClock clock(long largestSkew) {
        double rate = 1 + (2 * random.nextDouble() - 1) * LARGEST_DRIFT;
        return new SimulatedClock(time, rate, random.nextLong(2 * largestSkew) - largestSkew, random.nextLong());
    }

    private VerifierProcess verifier(String name) {
        boolean all = random.nextInt(3) == 0;
        Set<String> watched = switch (random.nextInt(3)) {
            case 0 -> Set.of();
            case 1 -> Set.of(texts.organization(random.nextInt(3)));
            default -> Set.of(texts.organization(0), texts.organization(1));
        };
        return new VerifierProcess(this, name, clock(LARGEST_OFFSET), watched, all);
    }

    /** One thing after the other is done or goes wrong. */
    private void direct() {
        if (faults.areOver()) {
            return;
        }
        time.in((long) (firstStaleness.toNanos() * random.nextDouble() / 8), this::direct);
        if (random.nextInt(8) == 0) {
            store.replicate();
        }
        int choice = random.nextInt(100);
        if (choice < 62) {
            workload.another();
        } else if (choice < 85) {
            if (pausing == 0) {
                faults.another();
            }
        } else {
            VerifierProcess verifier = verifiers.get(random.nextInt(verifiers.size()));
            verifier.use(random.nextInt(TokenTexts.ORGANIZATIONS), random.nextLong(largestStaleness()));
        }
    }

    private void afterStep() {
        if (problem != null) {
            return;
        }
        checks.states(steps % 8 == 0);
        if (steps++ % 8 == 0 && problem == null) {
            checks.verdicts(verifiers.get(random.nextInt(verifiers.size())));
        }
    }

    void checkEverything() {
        for (VerifierProcess verifier : verifiers) {
            if (problem == null) {
                checks.verdicts(verifier);
            }
        }
    }

    /** Where verifiers keep their state; null where they do not. */
    @Nullable
    Path disk() {
        return disk;
    }

    /** A transaction takes its time, and others do something meanwhile. */
    void pause() {
        if (pausing < 2 && !faults.areOver() && random.nextInt(6) == 0) {
            pausing++;
            time.pass(random.nextInt(4) == 0 ? random.nextLong(firstStaleness.toNanos() / 10) : delay());
            pausing--;
        }
    }

    /** A message's way, or a moment of any kind. */
    long delay() {
        int choice = random.nextInt(40);
        return choice < 30
                ? random.nextLong(3_000_000)
                : choice < 39 ? random.nextLong(60_000_000) : random.nextLong(firstStaleness.toNanos() / 8);
    }

    /** Something may have been committed just now. */
    void committed() {
        History history = history(store.id());
        for (RecordedChange change : store.after(history.head())) {
            history.add(change, time.now());
        }
    }

    /** The store is another one now. */
    void replace(MemoryStore restored) {
        authorities.forEach(authority -> authority.crash(random.nextBoolean()));
        history(store.id()).end(time.now());
        histories.put(restored.id(), new History());
        store = restored;
        committed();
        authorities.forEach(authority -> time.in(delay(), authority::startUnlessAlive));
    }

    void announced(TrustPolicy policy) {
        staleness = policy.maximumStaleness();
        for (Duration each : List.of(staleness, policy.maximumStaleness(TokenTexts.PATIENT))) {
            largest = each.compareTo(largest) > 0 ? each : largest;
        }
    }

    Duration staleness() {
        return staleness;
    }

    /** In nanoseconds, of those that were ever in force. */
    long largestStaleness() {
        return largest.toNanos();
    }

    Duration largestStalenessAnnounced() {
        return largest;
    }

    /** How far authorities may be apart in when it is a time of day. */
    long clockSlack(long trueTime) {
        return 2 * LARGEST_SKEW + (long) (2.1 * LARGEST_DRIFT * (trueTime + largestStaleness())) + SECOND / 1_000;
    }

    long trueTime(Instant instant) {
        return Duration.between(SimulatedClock.START, instant).toNanos();
    }

    Duration firstStaleness() {
        return firstStaleness;
    }

    History history(String ledgerId) {
        return histories.getOrDefault(ledgerId, new History());
    }

    MemoryStore store() {
        return store;
    }

    Random random() {
        return random;
    }

    TokenTexts texts() {
        return texts;
    }

    TrustCodec codec() {
        return codec;
    }

    KeyedHash feedKey() {
        return feedKey;
    }

    VirtualTime time() {
        return time;
    }

    Checks checks() {
        return checks;
    }

    Faults faults() {
        return faults;
    }

    Workload workload() {
        return workload;
    }

    List<AuthorityProcess> authorities() {
        return authorities;
    }

    List<VerifierProcess> verifiers() {
        return verifiers;
    }

    VerifierConfig verifierConfig() {
        return verifierConfig;
    }

    void saw(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    void trace(Object who, String what) {
        if (traced) {
            trace.add("%10.3f %s %s".formatted(time.now() / 1e6, who, what));
        }
    }

    boolean isTraced() {
        return traced;
    }

    /** How often each thing happened. */
    Map<String, Integer> seen() {
        return seen;
    }

    List<String> trace() {
        return trace;
    }

    void fail(Checks.Invariant invariant, String text) {
        if (problem == null) {
            problem = new Problem(invariant, text);
            trace(">>>", text);
            time.stop();
        }
    }
}
