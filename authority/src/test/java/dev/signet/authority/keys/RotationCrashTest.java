package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.keys.KeyOperation.Left;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustedKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A crash at any step of what is done with keys leaves it done or not done, and the next start finds one key that
 * signs, one in reserve, all of them openable, the operator's token in its file, and all told as it is.
 */
@Timeout(120)
final class RotationCrashTest {
    @TempDir
    private Path folder;

    private final FakeClock clock = new FakeClock();
    private long seed = 1;

    private AuthorityConfig config() {
        return TestAuthority.config(folder.resolve("data"));
    }

    private Ledger store(AuthorityConfig config) {
        return TestAuthority.ledger(
                config, new TrustCodec(new VerificationKeys()), new IdGenerator(clock, new Random(++seed)));
    }

    /** The next start over what a crash left. */
    private void assertStartsAndWorks(AuthorityConfig config, Ledger store, String when) throws IOException {
        Path data = config.store().data();
        try (TestAuthority next =
                TestAuthority.open(config, clock, ++seed, (same, codec, ids) -> new ForwardingLedger(store))) {
            Left left = Left.in(store);
            assertEquals(1, KeyLife.in(KeyState.ACTIVE, left.keys()).size(), when);
            assertEquals(1, KeyLife.in(KeyState.PREPARED, left.keys()).size(), when);
            MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), data, true, new SeededRandom(1));
            for (StoredKey key : left.keys()) {
                assertEquals(
                        key.id(),
                        new SealedVault(master, new SeededRandom(1)).open(key).id(),
                        when);
            }
            Map<String, KeyState> told =
                    Objects.requireNonNull(next.publisher().state().installation()).keys().entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey, entry -> state(entry.getValue()), (a, b) -> a, TreeMap::new));
            assertEquals(
                    new TreeMap<>(left.keys().stream().collect(Collectors.toMap(StoredKey::id, StoredKey::state))),
                    told,
                    when);
            assertEquals(
                    left.keys().size(), next.signingKeys().list(next.platform()).size(), when);
            assertTrue(Files.notExists(data.resolve("platform-token.next")), when);
        }
    }

    private static KeyState state(TrustedKey key) {
        return key.state();
    }

    private static void assertWhole(KeyOperation operation, Left before, Left after, String when) {
        if (!before.equals(after)) {
            assertNotEquals(before.keys(), after.keys(), when);
            operation.assertDone(before, after);
        }
    }

    /** Dies at the nth step, or is done before. Returns what it was about to do. */
    private String dieAt(int n, KeyOperation operation, AuthorityConfig config, Ledger store) throws IOException {
        Faults faults = new Faults(store, () -> {
            throw new Faults.Death();
        });
        Left[] before = {Left.in(store)};
        boolean died = false;
        try {
            operation.run(config, clock, ++seed, faults, () -> {
                before[0] = Left.in(store);
                faults.arm(steps -> steps.size() == n);
            });
        } catch (RuntimeException | Faults.Death e) {
            if (!Faults.isDeath(e)) {
                throw e;
            }
            died = true;
        }
        String when = operation + " died at step " + n + " of " + faults.steps();
        Left after = Left.in(store);
        assertWhole(operation, before[0], after, when);
        assertStartsAndWorks(config, store, when);
        if (!died) {
            operation.assertDone(before[0], after);
            assertEquals(
                    1,
                    Files.readAllLines(config.store().data().resolve("master-key"))
                            .size(),
                    "master keys");
            return "";
        }
        return faults.steps().get(n - 1);
    }

    @ParameterizedTest
    @EnumSource
    void whateverIsDoneIsDoneWhollyOrNotAtAll(KeyOperation operation) throws IOException {
        try (Ledger store = store(config())) {
            TestAuthority.open(config(), clock, ++seed, (same, codec, ids) -> new ForwardingLedger(store))
                    .close();
            Map<String, Integer> deaths = new TreeMap<>();
            int n = 1;
            for (String step = dieAt(n, operation, config(), store);
                    !step.isEmpty();
                    step = dieAt(n, operation, config(), store)) {
                deaths.merge(step, 1, Integer::sum);
                n++;
            }
            assertTrue(deaths.containsKey(Faults.BEFORE_COMMIT), () -> "steps: " + deaths);
            assertTrue(deaths.containsKey(Faults.AFTER_COMMIT), () -> "steps: " + deaths);
            assertTrue(deaths.getOrDefault("keys.update", 0) >= 2, () -> "steps: " + deaths);
        }
    }

    @Test
    void aFirstStartIsDoneWhollyOrNotAtAll() throws IOException {
        String step;
        int n = 1;
        do {
            AuthorityConfig config = TestAuthority.config(folder.resolve("data" + n));
            try (Ledger store = store(config)) {
                step = dieAt(n, KeyOperation.START, config, store);
            }
            n++;
        } while (!step.isEmpty());
        assertTrue(n > 15, "steps: " + n);
    }

    /** What a test within the process cannot tell: that nothing is left to what a process does on its way out. */
    @Test
    void aProcessThatHaltsLeavesAWholeStore() throws Exception {
        AuthorityConfig config = config();
        for (String step : List.of("keys.insert", Faults.BEFORE_COMMIT, Faults.AFTER_COMMIT)) {
            config = TestAuthority.config(folder.resolve("first start, " + step));
            haltAt(step, KeyOperation.START, config);
        }
        // First, while it is the active key that signed the operator's token.
        haltAt(Faults.BEFORE_COMMIT, KeyOperation.REVOKE, config);
        haltAt(Faults.AFTER_COMMIT, KeyOperation.REVOKE, config);
        haltAt(Faults.AFTER_PUBLICATION, KeyOperation.REVOKE, config);
        haltAt(Faults.BEFORE_COMMIT, KeyOperation.MAINTAIN, config);
        haltAt(Faults.AFTER_COMMIT, KeyOperation.ROTATE, config);
        haltAt("before a transaction", KeyOperation.REKEY, config);
        haltAt(Faults.AFTER_COMMIT, KeyOperation.REKEY, config);
    }

    private void haltAt(String step, KeyOperation operation, AuthorityConfig config) throws Exception {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RotationProcess.class.getName(),
                        config.store().data().toString(),
                        operation.name(),
                        step,
                        String.valueOf(++seed),
                        String.valueOf(Duration.between(FakeClock.START, clock.instant())
                                .toMillis()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        String when = operation + " halted " + step;
        assertEquals(RotationProcess.HALTED, process.exitValue(), when + "\n" + Files.readString(output));
        // As far as its own clock has got.
        clock.advance(operation.delay());
        try (Ledger store = store(config)) {
            assertNoSecret(Files.readString(output), config, store);
            assertStartsAndWorks(config, store, when);
        }
    }

    /** Whatever the process said until it died. */
    private static void assertNoSecret(String said, AuthorityConfig config, Ledger store) throws Exception {
        Path data = config.store().data();
        Set<String> secrets = new HashSet<>(Files.readAllLines(data.resolve("master-key")));
        MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), data, true, new SeededRandom(1));
        for (StoredKey key : Left.in(store).keys()) {
            secrets.addAll(SealedKeysTest.privateHalf(master, key));
        }
        secrets.forEach(secret -> assertTrue(secret.length() > 20 && !said.contains(secret)));
    }
}
