package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.SoftHsm;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.verify.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The key that the feed is signed with. */
@Timeout(60)
final class FeedKeyTest {
    private static final byte[] INPUT = "what verifiers are told".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path data;

    private long starts;

    private TestAuthority start() {
        return start(KeysConfig.of(null, null));
    }

    private TestAuthority start(KeysConfig keys) {
        return TestAuthority.open(TestAuthority.config(data, keys), new FakeClock(), ++starts);
    }

    private static StoredFeedKey stored(TestAuthority authority) {
        return authority.unpublished().read(tx -> tx.feedKey().find()).orElseThrow();
    }

    private static KeysConfig hsm(String token) {
        return new KeysConfig(null, null, Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, SoftHsm.token(token));
    }

    private static String masterKey(int filling) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) filling);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** By a library that is not ours: the signature fits, under the key that verifiers are welcomed with. */
    private static void assertSigns(TestAuthority authority) throws Exception {
        byte[] spki = authority.feedSigner().key().getPublicKey().toByteArray();
        ECPublicKey publicKey = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(spki));
        assertEquals("ES256", authority.feedSigner().key().getAlgorithm());
        assertEquals(
                new ECKey.Builder(Curve.P_256, publicKey)
                        .build()
                        .computeThumbprint()
                        .toString(),
                authority.feedSigner().id());
        JWSVerifier verifier = new ECDSAVerifier(publicKey);
        byte[] signature = authority.feedSigner().sign(INPUT);
        JWSHeader header = new JWSHeader(JWSAlgorithm.ES256);
        assertTrue(verifier.verify(header, INPUT, Base64URL.encode(signature)));
        assertFalse(verifier.verify(
                header, "something else".getBytes(StandardCharsets.US_ASCII), Base64URL.encode(signature)));
    }

    @Test
    void aFirstStartMakesItAndLaterOnesFindIt() throws Exception {
        StoredFeedKey made;
        try (TestAuthority authority = start()) {
            made = stored(authority);
            assertEquals(made.id(), authority.feedSigner().id());
            assertEquals(43, made.id().length());
            assertTrue(MasterKeys.isSealed(made.secret()));
            assertSigns(authority);
        }
        try (TestAuthority authority = start()) {
            assertEquals(made, stored(authority));
            assertEquals(made.id(), authority.feedSigner().id());
            assertSigns(authority);
        }
    }

    /** In the same transaction: a first start that fails leaves neither a token nor a key of either kind. */
    @Test
    void aFirstStartMakesAllOrNothing() {
        AuthorityConfig config = TestAuthority.config(data);
        FakeClock clock = new FakeClock();
        try (Ledger ledger = TestAuthority.ledger(
                config, new TrustCodec(new VerificationKeys()), new IdGenerator(clock, new Random(1)))) {
            Faults faults = new Faults(ledger, () -> {
                throw new Faults.Death();
            });
            faults.arm(steps -> steps.contains(Faults.BEFORE_COMMIT));
            assertThrows(Faults.Death.class, () -> TestAuthority.open(config, clock, 1, faults));
            assertEquals(List.of(), ledger.read(tx -> tx.keys().list()));
            assertEquals(Optional.empty(), ledger.read(tx -> tx.feedKey().find()));
        }
        try (TestAuthority authority = start()) {
            assertEquals(stored(authority).id(), authority.feedSigner().id());
        }
    }

    @Test
    void itIsNoKeyOfTokens() {
        try (TestAuthority authority = start()) {
            StoredFeedKey feed = stored(authority);
            assertTrue(authority.signingKeys().list(authority.platform()).stream()
                    .noneMatch(listed -> listed.key().id().equals(feed.id())));
            assertFalse(authority.publisher().state().installation().keys().containsKey(feed.id()));
            MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), data, true, new SeededRandom(7));
            SigningKey asIfForTokens =
                    new SealedVault(master, new SeededRandom(7)).open(feed.id(), feed.algorithm(), feed.secret());
            String token =
                    SignedTokens.platform(asIfForTokens, authority.clock().instant());
            assertEquals(
                    new Verdict.Rejected(Verdict.Reason.UNKNOWN_KEY),
                    authority.verifier().verify(token));
        }
    }

    @Test
    void anotherMasterKeySealsItToo() throws Exception {
        StoredFeedKey before;
        StoredFeedKey after;
        try (TestAuthority authority = start(KeysConfig.of(null, masterKey(1)))) {
            before = stored(authority);
        }
        try (TestAuthority authority = start(KeysConfig.of(null, masterKey(2) + "," + masterKey(1)))) {
            assertEquals(before, stored(authority));
            assertEquals(2, authority.signingKeys().rekey(authority.platform()), "it is not counted as a signing key");
            after = stored(authority);
            assertEquals(before, after.with(before.secret()));
            assertNotEquals(before.secret(), after.secret());
            assertSigns(authority);
        }
        try (TestAuthority authority = start(KeysConfig.of(null, masterKey(2)))) {
            assertEquals(after, stored(authority));
            assertSigns(authority);
        }
    }

    /** Also where nothing else is sealed: no new master key is made in place of one that is missing. */
    @Test
    void theWrongMasterKeyDoesNotOpenIt() {
        StoredFeedKey before;
        try (TestAuthority authority = start(KeysConfig.of(null, masterKey(1)))) {
            before = stored(authority);
            authority.unpublished().write(tx -> {
                tx.keys().list().forEach(key -> tx.keys().delete(key.id()));
                return before;
            });
        }
        InvalidConfiguration refusal =
                assertThrows(InvalidConfiguration.class, () -> start(KeysConfig.of(null, masterKey(2))));
        assertEquals("master-key", refusal.key());
        assertTrue(refusal.getMessage().contains(before.id()), refusal.getMessage());
        assertEquals(
                "master-key-file",
                assertThrows(InvalidConfiguration.class, () -> start(KeysConfig.of(null, null)))
                        .key());
    }

    @Test
    void anInstallationFromBeforeGetsOneAtTheNextStart() throws Exception {
        String token;
        try (TestAuthority authority = start()) {
            token = authority.platformText();
        }
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement()) {
            assertEquals(1, statement.executeUpdate("DELETE FROM feed_key"));
            statement.execute("DELETE FROM trust_checkpoint");
        }
        StoredFeedKey made;
        try (TestAuthority authority = start()) {
            made = stored(authority);
            assertEquals(token, authority.platformText());
            assertInstanceOf(Verdict.Accepted.class, authority.verifier().verify(token));
            assertSigns(authority);
        }
        try (TestAuthority authority = start()) {
            assertEquals(made, stored(authority));
        }
    }

    @Test
    void halvesThatDoNotBelongTogetherAreRefused() throws SQLException {
        try (TestAuthority authority = start()) {
            MasterKeys master = MasterKeys.open(KeysConfig.of(null, null), data, true, new SeededRandom(7));
            KeyRing ring = KeyRing.open(KeysConfig.of(null, null), data, List.of("eyJ"), new SeededRandom(8));
            KeyVault.MadeKey other = new SealedVault(master, new SeededRandom(9)).generate(Algorithm.ES256);
            authority.unpublished().write(tx -> {
                tx.feedKey().update(stored(authority).with(other.secret()));
                return other;
            });
            assertThrows(
                    IllegalStateException.class,
                    () -> authority
                            .unpublished()
                            .read(tx -> FeedKey.open(tx, ring, new VerificationKeys(), authority.clock())));
        }
    }

    @Test
    void itIsMadeAndKeptInAnHsm() throws Exception {
        StoredFeedKey made;
        try (TestAuthority authority = start(hsm("authority"))) {
            made = stored(authority);
            assertEquals("pkcs11:id=" + made.id() + ";type=private", made.secret());
            assertSigns(authority);
            authority.signingKeys().rekey(authority.platform());
            assertEquals(made, stored(authority));
        }
        try (TestAuthority authority = start(hsm("authority"))) {
            assertEquals(made, stored(authority));
            assertSigns(authority);
        }
        assertEquals(
                "pkcs11-library",
                assertThrows(InvalidConfiguration.class, this::start).key());
        assertEquals(
                "pkcs11-token",
                assertThrows(InvalidConfiguration.class, () -> start(hsm("fresh")))
                        .key());
    }

    @Test
    void aSealedOneStaysWhereItIsWhenAnHsmComes() throws Exception {
        StoredFeedKey made;
        try (TestAuthority authority = start()) {
            made = stored(authority);
        }
        try (TestAuthority authority = start(hsm("authority"))) {
            authority.clock().advance(Duration.ofSeconds(65));
            authority.signingKeys().rotate(authority.platform());
            assertEquals(made, stored(authority));
            assertSigns(authority);
        }
    }
}
