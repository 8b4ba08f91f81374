package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.isGood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.tokens.ApiKeys.WithSecret;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several authorities over one store, each with its own ring of keys: one takes each step, the others follow it. */
@Timeout(120)
abstract class ThreeRingsContract {
    private static final int RINGS = 3;
    private static final int ROUNDS = 100;
    private static final Duration PERIOD = Duration.ofHours(1);
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    @TempDir
    private Path folder;

    private final FakeClock clock = new FakeClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(RINGS);
    private final List<TestAuthority> authorities = new ArrayList<>();
    private Ledger ledger;

    /** An empty ledger, to be closed by the test. */
    abstract Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids);

    private AuthorityConfig config() {
        return TestAuthority.config(
                folder, new KeysConfig(null, MASTER, Algorithm.ES256, PERIOD, null), Duration.ofSeconds(60));
    }

    @BeforeEach
    void openLedger() {
        ledger = open(config(), new TrustCodec(new VerificationKeys()), new IdGenerator(clock, new Random(1)));
    }

    @AfterEach
    void closeAll() {
        threads.shutdownNow();
        authorities.forEach(TestAuthority::close);
        ledger.close();
    }

    private TestAuthority start(int ring) {
        return TestAuthority.open(config(), clock, 100 + ring, (config, codec, ids) -> new ForwardingLedger(ledger));
    }

    private interface Step<T> {
        T of(int ring) throws Exception;
    }

    /** Has all take a step at the same instant. */
    private <T> List<T> together(Step<T> step) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(RINGS);
        List<Callable<T>> steps = new ArrayList<>();
        for (int ring = 0; ring < RINGS; ring++) {
            int each = ring;
            steps.add(() -> {
                barrier.await();
                return step.of(each);
            });
        }
        List<T> results = new ArrayList<>();
        for (Future<T> taken : threads.invokeAll(steps)) {
            results.add(taken.get());
        }
        return results;
    }

    private List<StoredKey> keys() {
        return ledger.read(tx -> tx.keys().list());
    }

    private StoredKey only(KeyState state) {
        List<StoredKey> found = KeyLife.in(state, keys());
        assertEquals(1, found.size(), () -> state + " are " + found);
        return found.get(0);
    }

    /** Whether a ring that has opened nothing yet opens a key, and signs with it. */
    private void assertUsable(StoredKey key) {
        MasterKeys master = MasterKeys.open(KeysConfig.of(null, MASTER), folder, true, new SeededRandom(7));
        SigningKey opened = new SealedVault(master, new SeededRandom(7)).open(key);
        TestAuthority any = authorities.get(0);
        String text = SignedTokens.platform(opened, clock.instant());
        any.publisher().publish(Long.MAX_VALUE);
        assertTrue(isGood(any.verifier(), text), () -> "what it signs is good: " + key);
    }

    @Test
    void ofThreeFirstStartsOneMakesTheKeys() throws Exception {
        authorities.addAll(together(this::start));
        assertEquals(2, keys().size());
        StoredKey active = only(KeyState.ACTIVE);
        only(KeyState.PREPARED);
        assertEquals(1, ledger.read(tx -> tx.tokens().platformTokens()).size());
        for (TestAuthority each : authorities) {
            assertTrue(isGood(each.verifier(), each.platformText()));
            assertEquals(active.id(), KeyHouse.signer(each.platformText()));
        }
        keys().forEach(this::assertUsable);
    }

    @Test
    void ofThreeAtTheSameInstantOneRotatesAndTheOthersFollow() throws Exception {
        for (int ring = 0; ring < RINGS; ring++) {
            authorities.add(start(ring));
        }
        TestAuthority first = authorities.get(0);
        Call owner = first.owner(first.organization());
        ResourcePath deployment = first.deployment(
                owner,
                first.workspace(
                        owner,
                        ResourcePath.organization(String.valueOf(owner.claims().organization()))));
        WithSecret apiKey = first.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        Call operator = first.platform();
        for (int round = 0; round < ROUNDS; round++) {
            int number = keys().size();
            StoredKey before = only(KeyState.ACTIVE);
            StoredKey reserve = only(KeyState.PREPARED);
            if (round % 2 == 0) {
                clock.advance(PERIOD);
                together(ring -> {
                            authorities.get(ring).signingKeys().maintain();
                            return signsWith(ring, apiKey);
                        })
                        .forEach(signer -> assertEquals(reserve.id(), signer));
            } else {
                clock.advance(KeyHouse.KNOWN);
                List<Boolean> won = together(ring -> {
                    boolean rotated = rotates(ring, operator);
                    assertEquals(reserve.id(), signsWith(ring, apiKey));
                    return rotated;
                });
                assertEquals(1, won.stream().filter(each -> each).count(), "who rotated");
            }
            assertEquals(reserve.id(), only(KeyState.ACTIVE).id());
            assertEquals(
                    KeyState.RETIRING, KeyRotation.find(keys(), before.id()).state());
            StoredKey next = only(KeyState.PREPARED);
            assertNotEquals(reserve.id(), next.id());
            assertUsable(next);
            assertTrue(keys().size() <= number + 1, "one more at most");
        }
        List<StoredKey> usable =
                keys().stream().filter(key -> key.state().verifies()).toList();
        assertTrue(usable.size() > 10, () -> usable.size() + " keys");
        usable.forEach(this::assertUsable);
    }

    private boolean rotates(int ring, Call operator) {
        try {
            authorities.get(ring).signingKeys().rotate(operator);
            return true;
        } catch (Refusal e) {
            assertEquals("RESERVE_TOO_YOUNG", e.reason());
            return false;
        }
    }

    /** The key of a value that an authority makes now. */
    private String signsWith(int ring, WithSecret apiKey) {
        return KeyHouse.signer(authorities
                .get(ring)
                .apiKeys()
                .exchange(apiKey.key().id(), apiKey.secret(), "")
                .value());
    }
}
