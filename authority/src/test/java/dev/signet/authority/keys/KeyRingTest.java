package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.SeededRandom;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of the keys in the store this process signs with. */
final class KeyRingTest {
    @TempDir
    private Path data;

    private final MemoryLedger ledger = new MemoryLedger();
    private KeyRing ring;

    @BeforeEach
    void open() {
        ring = KeyRing.open(KeysConfig.of(null, null), data, List.of(), new SeededRandom(1));
    }

    private MadeKey stored(KeyState state) {
        MadeKey made = ring.generate(Algorithm.ES256);
        store(SignedSamples.stored(made).in(state, SignedSamples.NOW));
        return made;
    }

    private void store(StoredKey key) {
        ledger.write(
                tx -> {
                    tx.keys().insert(key);
                    return key;
                },
                () -> {});
    }

    private void openAll() {
        ledger.read(tx -> {
            ring.openAll(tx);
            return ring;
        });
    }

    @Test
    void theActiveKeyOfTheStoreSigns() throws Exception {
        assertEquals(
                "NO_SIGNING_KEY",
                refused(Code.UNAVAILABLE, () -> ledger.read(ring::active)).reason());
        stored(KeyState.PREPARED);
        MadeKey active = stored(KeyState.ACTIVE);
        SigningKey signer = ledger.read(ring::active);
        SignedSamples.assertSigned(active, signer.sign(SignedSamples.claims()));
        assertSame(signer, ledger.read(ring::active), "it is opened once");
        assertEquals("MadeKey[" + active.id() + "]", active.toString());
    }

    @ParameterizedTest
    @EnumSource
    void onlyAKeyThatSignsOrDidSignsAValueAgain(KeyState state) {
        MadeKey key = stored(state);
        Optional<String> expected =
                Set.of(KeyState.ACTIVE, KeyState.RETIRING).contains(state) ? Optional.of(key.id()) : Optional.empty();
        assertEquals(expected, ledger.read(tx -> ring.signerOf(tx, key.id())).map(SigningKey::id));
        assertEquals(Optional.empty(), ledger.read(tx -> ring.signerOf(tx, "unheard-of")));
    }

    @Test
    void aStartOpensWhatMaySignAndNothingElse() {
        MasterKeys other = MasterKeys.open(KeysConfig.of(null, "A".repeat(43)), data, false, new SeededRandom(2));
        SealedVault elsewhere = new SealedVault(other, new SeededRandom(3));
        for (KeyState state : EnumSet.of(KeyState.RETIRED, KeyState.REVOKED)) {
            store(SignedSamples.stored(elsewhere.generate(Algorithm.ES256)).in(state, SignedSamples.NOW));
            openAll();
        }
        MadeKey prepared = elsewhere.generate(Algorithm.ES256);
        store(SignedSamples.stored(prepared).in(KeyState.PREPARED, SignedSamples.NOW));
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, this::openAll);
        assertEquals("master-key", refusal.key());
    }

    @Test
    void aKeyInAnHsmNeedsTheHsm() {
        StoredKey key = SignedSamples.stored(ring.generate(Algorithm.ES256)).with("pkcs11:id=there;type=private");
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> ring.active(key));
        assertEquals("pkcs11-library", refusal.key());
    }

    /** A master key in place of one that is lost would open nothing. */
    @Test
    void noMasterKeyIsMadeWhereSomethingIsSealed() {
        Path empty = data.resolve("elsewhere");
        String sealed = ring.generate(Algorithm.ES256).secret();
        InvalidConfiguration refusal = assertThrows(
                InvalidConfiguration.class,
                () -> KeyRing.open(
                        KeysConfig.of(null, null),
                        empty,
                        List.of("pkcs11:id=there;type=private", sealed),
                        new SeededRandom(1)));
        assertEquals("master-key-file", refusal.key());
    }
}
