package dev.signet.authority.keys;

import dev.signet.authority.FakeClock;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Some authorities over one ledger and some verifiers, all with clocks of their own, of which a seed decides what they
 * do and when. What is real: the life of keys, the rotation, signatures, trust states and verifiers.
 */
final class KeySimulation {
    private static final int STEPS = 150;
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final Duration UNRECORDED = Duration.ofMinutes(10);
    private static final List<Duration> STALENESS =
            List.of(Duration.ofSeconds(30), Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(300));
    /** Two authorities' clocks and a commit in between take up the slack that there is, and no more. */
    private static final long LARGEST_SKEW = 3_000;

    private static final long LONGEST_COMMIT = 2_000;
    private static final long LONGEST_SIGNATURE = 10_000;

    private final World world;
    private final Random random;
    private final boolean traced;
    private final List<String> trace = new ArrayList<>();
    private final MemoryLedger ledger = new MemoryLedger();
    private final List<SimulatedAuthority> authorities = new ArrayList<>();
    private final List<SimulatedVerifier> verifiers = new ArrayList<>();
    private final List<Signature> signatures = new ArrayList<>();
    private final Map<String, Signed> signed = new HashMap<>();
    private final Map<String, Long> published = new HashMap<>();
    private final Map<String, Long> revoked = new HashMap<>();
    /** Keys that had to sign before every verifier could know them, with the time from when all do. */
    private final Map<String, Long> known = new HashMap<>();

    private final Map<String, Integer> seen;
    private long now = FakeClock.START.toEpochMilli();
    private int made;

    /** What all simulations share, as making keys takes longer than a simulation. */
    static final class World {
        private final SeededRandom random = new SeededRandom(4);
        private final VerificationKeys keys = new VerificationKeys();
        private final KeyRing ring;
        private final List<MadeKey> pool = new ArrayList<>();
        /** So that they are read once only. */
        private final List<VerificationKey> read = new ArrayList<>();

        private final Map<String, String> texts = new HashMap<>();
        private final List<SimulatedVerifier> verifiers =
                List.of(new SimulatedVerifier(), new SimulatedVerifier(), new SimulatedVerifier());

        World(Path folder) {
            String given = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
            ring = KeyRing.open(KeysConfig.of(null, given), folder, List.of(), random);
        }

        private MadeKey made(int number) {
            while (pool.size() <= number) {
                MadeKey key = ring.generate(Algorithm.ES256);
                pool.add(key);
                read.add(keys.get(key.id(), key.algorithm(), key.publicKey().getEncoded()));
            }
            return pool.get(number);
        }

        /** Tokens of one key are one text: when they are made and end is kept beside. */
        private String text(SigningKey key) {
            return texts.computeIfAbsent(key.id(), id -> SignedTokens.platform(key, FakeClock.START));
        }
    }

    /** What a key signed, and until when something of it is good. */
    private record Signed(String text, Instant until) {}

    /** A key that was read to sign with it in a moment. */
    private record Signature(SigningKey key, SimulatedAuthority by, long begun, boolean recorded, Duration life) {}

    private final class SimulatedAuthority {
        private final String name;
        private final long skew;
        private KeyRotation rotation;

        SimulatedAuthority(String name) {
            this.name = name;
            this.skew = random.nextLong(LARGEST_SKEW + 1);
            this.rotation = start(STALENESS.get(1));
        }

        Instant clock() {
            return Instant.ofEpochMilli(now + skew);
        }

        /** As a process starts: its policy, and then what is due, in one transaction. */
        private KeyRotation start(Duration staleness) {
            KeyRotation started = new KeyRotation(
                    world.ring,
                    new KeyLife(Algorithm.ES256, PERIOD, staleness, UNRECORDED),
                    world.keys,
                    tx -> ledger.installation(),
                    tx -> ledger.largestStaleness(),
                    NOTHING_KEPT,
                    this::clock);
            write(tx -> {
                TrustPolicy policy = new TrustPolicy(staleness);
                if (ledger.head() == 0 || !ledger.installation().policy().equals(policy)) {
                    tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(policy));
                }
                for (int round = 0; round < 2 && started.isAnythingDue(tx); round++) {
                    started.maintain(tx, fresh());
                }
            });
            return started;
        }

        void restart() {
            Duration staleness = STALENESS.get(random.nextInt(STALENESS.size()));
            trace(name + " restarts with a staleness of " + staleness);
            rotation = start(staleness);
        }

        void maintain() {
            if (ledger.read(rotation::isAnythingDue)) {
                trace(name + " maintains");
                write(tx -> rotation.maintain(tx, fresh()));
            }
        }

        void rotate() {
            try {
                write(tx -> rotation.rotate(tx, fresh()));
                trace(name + " rotates");
                saw("rotations by hand");
            } catch (Refusal e) {
                saw("reserves that were too young");
            }
        }

        void revoke(StoredKey key) {
            trace(name + " revokes " + key);
            if (key.state() == KeyState.ACTIVE) {
                saw("revocations of the active key");
            }
            write(tx -> rotation.revoke(tx, key.id(), fresh()));
            revoked.putIfAbsent(key.id(), now);
            saw("revocations");
            String active = KeyLife.active(ledger.keys()).orElseThrow().id();
            long knownToAll = published.getOrDefault(active, 0L)
                    + ledger.largestStaleness().toMillis();
            if (key.state() == KeyState.ACTIVE && now < knownToAll) {
                known.put(active, knownToAll);
                saw("reserves that had to sign too young");
            }
        }

        void beginToSign() {
            boolean recorded = random.nextBoolean();
            Duration life = !recorded
                    ? Duration.ofMillis(random.nextLong(1, UNRECORDED.toMillis() + 1))
                    : Duration.ofSeconds(random.nextLong(1, 3_000));
            signatures.add(new Signature(ledger.read(world.ring::active), this, now, recorded, life));
        }
    }

    private static final KeptCredentials NOTHING_KEPT = new KeptCredentials() {
        @Override
        public void replaceSignedBy(Transaction tx, String keyId) {}

        @Override
        public void settle(Transaction tx) {}
    };

    private interface Work {
        void on(Transaction tx);
    }

    private KeySimulation(World world, long seed, boolean traced, Map<String, Integer> seen) {
        this.world = world;
        this.random = new Random(seed);
        this.traced = traced;
        this.seen = seen;
    }

    /**
     * Runs one seed.
     *
     * @param seen counts what happened
     * @return what went wrong, with all that led to it, or null
     */
    static @Nullable String run(World world, long seed, Map<String, Integer> seen) {
        String problem = new KeySimulation(world, seed, false, seen).run();
        if (problem == null) {
            return null;
        }
        KeySimulation again = new KeySimulation(world, seed, true, new HashMap<>());
        String same = again.run();
        return String.join("\n", again.trace) + "\n"
                + (problem.equals(same) ? problem : problem + " (then " + same + ")");
    }

    private @Nullable String run() {
        for (int number = 1 + random.nextInt(3); number > 0; number--) {
            authorities.add(new SimulatedAuthority("authority " + number));
        }
        for (int number = 1 + random.nextInt(3); number > 0; number--) {
            SimulatedVerifier verifier = world.verifiers.get(number - 1);
            verifier.begin(ledger, random, () -> now);
            verifiers.add(verifier);
        }
        for (int step = 0; step < STEPS; step++) {
            pass(delay());
            act(authorities.get(random.nextInt(authorities.size())));
            finishSignatures();
            verifierSteps();
            String problem = problem();
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private long delay() {
        int choice = random.nextInt(1_000);
        return choice < 450
                ? random.nextLong(1_000)
                : choice < 900
                        ? random.nextLong(15_000)
                        : choice < 995
                                ? random.nextLong(PERIOD.toMillis())
                                : Duration.ofDays(8).toMillis();
    }

    private void act(SimulatedAuthority authority) {
        int choice = random.nextInt(100);
        if (choice < 40) {
            authority.maintain();
        } else if (choice < 80) {
            authority.beginToSign();
        } else if (choice < 94) {
            authority.rotate();
        } else if (choice < 96) {
            List<StoredKey> keys = ledger.keys();
            authority.revoke(
                    random.nextBoolean() ? KeyLife.active(keys).orElseThrow() : keys.get(random.nextInt(keys.size())));
        } else {
            authority.restart();
        }
    }

    private void finishSignatures() {
        signatures.removeIf(signature -> {
            if (now - signature.begun() > LONGEST_SIGNATURE) {
                return true;
            }
            boolean finished = random.nextInt(3) > 0;
            if (finished) {
                Instant until = signature.by().clock().plus(signature.life());
                if (signature.recorded()) {
                    ledger.record(signature.key().id(), until);
                }
                signed.merge(
                        signature.key().id(),
                        new Signed(world.text(signature.key()), until),
                        (one, other) -> one.until().isAfter(other.until()) ? one : other);
                trace("a token of " + signature.key() + " until " + until);
            }
            return finished;
        });
    }

    private void verifierSteps() {
        for (SimulatedVerifier verifier : verifiers) {
            for (int count = random.nextInt(4); count > 0; count--) {
                String done = verifier.step(authorities
                        .get(random.nextInt(authorities.size()))
                        .clock()
                        .toEpochMilli());
                trace("verifier " + verifiers.indexOf(verifier) + " " + done);
            }
        }
    }

    /** What must never be, and is. */
    private @Nullable String problem() {
        if (KeyLife.in(KeyState.ACTIVE, ledger.keys()).size() != 1) {
            return "not one key is active: " + ledger.keys();
        }
        for (SimulatedVerifier verifier : verifiers) {
            boolean stale = verifier.isStale();
            saw(stale ? "questions to a stale verifier" : "questions to a fresh verifier");
            for (Map.Entry<String, Signed> each : signed.entrySet()) {
                String problem = problem(verifier, stale, each.getKey(), each.getValue());
                if (problem != null) {
                    return Instant.ofEpochMilli(now) + " verifier " + verifiers.indexOf(verifier) + " " + problem;
                }
            }
        }
        return null;
    }

    private @Nullable String problem(SimulatedVerifier verifier, boolean stale, String key, Signed what) {
        Long ended = revoked.get(key);
        if (ended != null) {
            boolean late = now > ended + ledger.largestStaleness().toMillis();
            saw(late ? "revocations that all must know" : "revocations that some may not know");
            return late && isAccepted(verifier.verify(what.text()))
                    ? "accepts the revoked key " + key + " after " + (now - ended) + " ms"
                    : null;
        }
        boolean good = Instant.ofEpochMilli(now).isBefore(what.until());
        if (good && !stale && known.getOrDefault(key, 0L) <= now) {
            saw("good tokens");
            Verdict verdict = verifier.verify(what.text());
            return isAccepted(verdict) ? null : "is not stale, and refuses the good key " + key + ": " + verdict;
        }
        return null;
    }

    private static boolean isAccepted(Verdict verdict) {
        return verdict instanceof Verdict.Accepted;
    }

    private void write(Work work) {
        int head = ledger.head();
        ledger.write(
                tx -> {
                    work.on(tx);
                    return tx;
                },
                () -> {
                    pass(random.nextLong(LONGEST_COMMIT + 1));
                    if (random.nextBoolean()) {
                        verifierSteps();
                    }
                });
        for (int revision = head + 1; revision <= ledger.head(); revision++) {
            if (ledger.change(revision) instanceof TrustChange.KeyChanged changed) {
                published.putIfAbsent(changed.key().key().id(), now);
                saw("keys that became " + changed.key().state());
                trace("committed: " + changed.key().key().id() + " is "
                        + changed.key().state());
            } else if (ledger.change(revision) instanceof TrustChange.KeyRemoved removed) {
                saw("keys that were forgotten");
                trace("committed: " + removed.id() + " is forgotten");
            }
        }
    }

    /** Keys are used in their order, also where one is not needed after all. */
    private MadeKey fresh() {
        return world.made(made++);
    }

    private void pass(long millis) {
        now += millis;
    }

    private void saw(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    private void trace(String event) {
        if (traced) {
            trace.add(Instant.ofEpochMilli(now) + " " + event);
        }
    }
}
