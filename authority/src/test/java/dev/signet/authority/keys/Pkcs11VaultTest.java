package dev.signet.authority.keys;

import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.SeededRandom;
import dev.signet.authority.SoftHsm;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in a token of SoftHSM2. */
@Timeout(120)
final class Pkcs11VaultTest {
    private static final int THREADS = 8;
    private static final int SIGNATURES = 200;

    @TempDir
    private Path folder;

    @BeforeAll
    static void needsAnHsm() {
        SoftHsm.library();
    }

    private static Pkcs11Vault open(Pkcs11Config config) {
        return Pkcs11Vault.open(config, Algorithm.ES256, new SeededRandom(1));
    }

    private static Pkcs11Vault vault() {
        return open(SoftHsm.token("vault"));
    }

    private static InvalidConfiguration assertRefused(String key, Pkcs11Config config) {
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> open(config));
        assertEquals(key, refusal.key());
        assertFalse(refusal.getMessage().contains(SoftHsm.PIN), refusal.getMessage());
        assertFalse(refusal.getMessage().contains(SoftHsm.WRONG_PIN), refusal.getMessage());
        return refusal;
    }

    @ParameterizedTest
    @EnumSource(names = "EDDSA", mode = EnumSource.Mode.EXCLUDE)
    void whatIsMadeSignsForThePublicHalfAlsoAfterARestart(Algorithm algorithm) throws Exception {
        Pkcs11Vault vault = vault();
        MadeKey made = vault.generate(algorithm);
        assertEquals(algorithm, made.algorithm());
        assertEquals(
                KeyPairs.publicJwk(algorithm, made.publicKey())
                        .computeThumbprint()
                        .toString(),
                made.id());
        assertEquals("pkcs11:id=" + made.id() + ";type=private", made.secret());
        // By another vault over the same token, as the next start has it; and by the one that made it.
        for (Pkcs11Vault each : List.of(vault(), vault)) {
            assertTrue(each.keeps(made.secret()));
            SigningKey opened = each.open(SignedSamples.stored(made));
            assertEquals(made.id(), opened.id());
            SignedSamples.assertSigned(made, opened.sign(SignedSamples.claims()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = "EDDSA", mode = EnumSource.Mode.EXCLUDE)
    void noPrivateKeyComesOut(Algorithm algorithm) throws Exception {
        Pkcs11Vault vault = vault();
        MadeKey made = vault.generate(algorithm);
        PrivateKey key = assertInstanceOf(PrivateKey.class, vault.objects().getKey(made.id(), null));
        assertNull(key.getEncoded());
        assertNull(key.getFormat());
        assertTrue(key.toString().contains("token object, sensitive, unextractable"), key.toString());
        KeyFactory factory =
                KeyFactory.getInstance(key.getAlgorithm(), vault.objects().getProvider());
        Class<? extends KeySpec> encoded = PKCS8EncodedKeySpec.class;
        assertThrows(GeneralSecurityException.class, () -> factory.getKeySpec(key, encoded));
    }

    @Test
    void manySignAtOnce() throws Exception {
        Pkcs11Vault vault = vault();
        MadeKey made = vault.generate(Algorithm.ES256);
        SigningKey key = vault.open(SignedSamples.stored(made));
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            Callable<List<String>> signing = () -> {
                List<String> signed = new ArrayList<>();
                for (int i = 0; i < SIGNATURES; i++) {
                    signed.add(key.sign(SignedSamples.claims()));
                }
                return signed;
            };
            for (Future<List<String>> each : executor.invokeAll(Collections.nCopies(THREADS, signing))) {
                assertEquals(SIGNATURES, each.get().size());
                for (String text : each.get()) {
                    SignedSamples.assertSigned(made, text);
                }
            }
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void manyMakeKeysAtOnce() throws Exception {
        Pkcs11Vault vault = vault();
        Pkcs11Vault other = vault();
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            List<Callable<MadeKey>> making = Collections.nCopies(16, () -> vault.generate(Algorithm.ES256));
            for (Future<MadeKey> each : executor.invokeAll(making)) {
                // By a vault that was open before, as of another authority over the same store.
                SigningKey opened = other.open(SignedSamples.stored(each.get()));
                SignedSamples.assertSigned(each.get(), opened.sign(SignedSamples.claims()));
            }
        } finally {
            executor.shutdownNow();
        }
    }

    /** As a process leaves it that is killed halfway. */
    @Test
    void whatNobodyCommittedIsInNobodysWay() throws Exception {
        Pkcs11Vault vault = vault();
        MadeKey before = vault.generate(Algorithm.ES256);
        Provider provider = vault.objects().getProvider();
        int found = Collections.list(vault.objects().aliases()).size();
        for (Algorithm algorithm : List.of(Algorithm.ES256, Algorithm.RS256)) {
            // The pair, and not yet its certificate.
            assertNull(KeyPairs.generate(algorithm, provider, new SeededRandom(1))
                    .getPrivate()
                    .getEncoded());
        }
        assertEquals(found, Collections.list(vault().objects().aliases()).size());
        MadeKey after = vault.generate(Algorithm.ES256);
        for (MadeKey made : List.of(before, after)) {
            SigningKey opened = vault().open(SignedSamples.stored(made));
            SignedSamples.assertSigned(made, opened.sign(SignedSamples.claims()));
        }
    }

    /** Or every rotation that comes too early would leave objects in the token. */
    @Test
    void aPairThatWasNotNeededIsKeptForTheNextTime() throws Exception {
        KeysConfig keys =
                new KeysConfig(null, null, Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, SoftHsm.token("vault"));
        try (TestAuthority authority = TestAuthority.open(folder, keys, 1)) {
            Executable early = () -> authority.signingKeys().rotate(authority.platform());
            refused(Code.FAILED_PRECONDITION, early);
            int found = Collections.list(vault().objects().aliases()).size();
            refused(Code.FAILED_PRECONDITION, early);
            refused(Code.FAILED_PRECONDITION, early);
            assertEquals(found, Collections.list(vault().objects().aliases()).size());
        }
    }

    @Test
    void onlyWhatIsKeptThereGoesThere() {
        vault();
        assertTrue(
                Arrays.stream(Security.getProviders())
                        .noneMatch(provider -> provider.getName().startsWith("SunPKCS11-")),
                "software keys could be taken for the HSM's");
        MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), folder, false, new SeededRandom(2));
        MadeKey sealed = new SealedVault(master, new SeededRandom(3)).generate(Algorithm.ES256);
        assertFalse(vault().keeps(sealed.secret()));
        MadeKey kept = vault().generate(Algorithm.ES256);
        assertFalse(new SealedVault(master, new SeededRandom(3)).keeps(kept.secret()));
        assertNotEquals(sealed.id(), kept.id());
    }

    @Test
    void aKeyThatIsNotInTheTokenIsRefused() {
        MadeKey made = open(SoftHsm.token("in the way")).generate(Algorithm.ES256);
        Pkcs11Vault vault = vault();
        InvalidConfiguration refusal =
                assertThrows(InvalidConfiguration.class, () -> vault.open(SignedSamples.stored(made)));
        assertEquals("pkcs11-token", refusal.key());
        assertTrue(refusal.getMessage().contains(made.id()), refusal.getMessage());
    }

    @Test
    void aWrongPinIsRefusedAndTheRightOneStillWorks() throws IOException {
        InvalidConfiguration refusal = assertRefused("pkcs11-pin", SoftHsm.token("refusals", SoftHsm.WRONG_PIN));
        assertTrue(refusal.getMessage().contains("CKR_PIN_INCORRECT"), refusal.getMessage());
        assertRefused("pkcs11-pin-file", withPinFile(file(SoftHsm.WRONG_PIN, "rw-------")));
        assertNotNull(open(withPinFile(file(SoftHsm.PIN + "\n", "r--------"))));
    }

    @Test
    void aTokenThatIsNotThereOrThereTwiceIsRefused() {
        InvalidConfiguration none = assertRefused("pkcs11-token", SoftHsm.token("no such token"));
        assertTrue(none.getMessage().contains("vault"), none.getMessage());
        InvalidConfiguration two = assertRefused("pkcs11-token", SoftHsm.token(SoftHsm.AMBIGUOUS));
        assertTrue(two.getMessage().contains("several"), two.getMessage());
    }

    @Test
    void aLibraryThatIsNoneIsRefused() throws IOException {
        for (Path library : List.of(
                folder.resolve("missing.so"),
                folder,
                Files.writeString(folder.resolve("text.so"), "no library"),
                // A library, and no PKCS#11 module.
                Path.of(System.getProperty("java.home"), "lib", System.mapLibraryName("java")))) {
            InvalidConfiguration refusal =
                    assertRefused("pkcs11-library", new Pkcs11Config(library, "vault", null, SoftHsm.PIN));
            assertTrue(refusal.getMessage().contains(library.toString()), refusal.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "r--r--r--"})
    void aPinFileThatOthersCanReadIsRefused(String permissions) throws IOException {
        InvalidConfiguration refusal = assertRefused("pkcs11-pin-file", withPinFile(file(SoftHsm.PIN, permissions)));
        assertTrue(refusal.getMessage().contains("chmod 600"), refusal.getMessage());
    }

    @Test
    void aPinFileThatIsMissingOrEmptyIsRefused() throws IOException {
        assertRefused("pkcs11-pin-file", withPinFile(folder.resolve("not-there")));
        assertRefused("pkcs11-pin-file", withPinFile(file("\n", "rw-------")));
    }

    @Test
    void whatTheTokenCannotMakeIsRefused() {
        InvalidConfiguration refusal = assertThrows(
                InvalidConfiguration.class,
                () -> Pkcs11Vault.open(SoftHsm.token("vault"), Algorithm.EDDSA, new SeededRandom(1)));
        assertEquals("signing-algorithm", refusal.key());
        assertTrue(refusal.getMessage().contains("EdDSA"), refusal.getMessage());
    }

    @Test
    void nothingPrintsThePin() {
        assertEquals("Pkcs11Vault[vault]", vault().toString());
        assertFalse(SoftHsm.token("vault").toString().contains(SoftHsm.PIN));
        assertFalse(
                new KeysConfig(null, null, Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, SoftHsm.token("vault"))
                        .toString()
                        .contains(SoftHsm.PIN));
    }

    private Pkcs11Config withPinFile(Path file) {
        return new Pkcs11Config(SoftHsm.token("refusals").library(), "refusals", file, null);
    }

    private Path file(String content, String permissions) throws IOException {
        Path file = folder.resolve("pin");
        Files.deleteIfExists(file);
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
