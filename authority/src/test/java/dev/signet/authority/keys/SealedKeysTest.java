package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.FakeClock;
import dev.signet.authority.PublicHalf;
import dev.signet.authority.SeededRandom;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.authority.store.JdbcLedger;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustedKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SealedKeysTest {
    private static final KeysConfig DEFAULTS = new KeysConfig(null, null);

    @TempDir
    private Path data;

    private final VerificationKeys keys = new VerificationKeys();
    private final FakeClock clock = new FakeClock();

    private Ledger ledger() {
        return JdbcLedger.open(
                new StoreConfig(data),
                new FeedChangeCodec(new TrustCodec(keys)),
                new IdGenerator(clock, new Random(1)));
    }

    private KeyRing ring(boolean sealedKeysExist) {
        MasterKey master = MasterKey.open(DEFAULTS, data, sealedKeysExist, new SeededRandom(2));
        return new KeyRing(master, keys, clock, new SeededRandom(3));
    }

    @Test
    void theFirstKeyIsMadeStoredAndAnnounced() throws Exception {
        try (Ledger ledger = ledger()) {
            SigningKey made = ledger.write(tx -> ring(false).active(tx)).value();
            StoredKey stored = ledger.read(tx -> tx.keys().list()).get(0);
            assertEquals(made.id(), stored.id());
            assertEquals(KeyState.ACTIVE, stored.state());
            ledger.read(tx -> {
                TrustChange change =
                        tx.trust().of(TrustPart.INSTALLATION, 0, 10).get(0).change();
                assertEquals(
                        new TrustChange.KeyChanged(new TrustedKey(made.verificationKey(keys), KeyState.ACTIVE)),
                        change);
                return change;
            });
            // The next start opens it, and the two are one pair.
            SigningKey opened = ledger.write(tx -> ring(true).active(tx)).value();
            assertEquals(made.id(), opened.id());
            assertEquals(1, ledger.read(tx -> tx.keys().list()).size());
            assertEquals(1L, ledger.read(tx -> tx.trust().head()).longValue());
            SignedJWT signed = SignedJWT.parse(
                    opened.sign(new JWTClaimsSet.Builder().subject("somebody").build()));
            assertEquals(made.id(), signed.getHeader().getKeyID());
            assertTrue(signed.verify(new ECDSAVerifier(PublicHalf.of(made.verificationKey(keys)))));
        }
    }

    @Test
    void keyIdsAreThumbprints() throws Exception {
        SigningKey key = SigningKey.generate(new SeededRandom(5));
        assertEquals(
                PublicHalf.of(key.verificationKey(keys)).computeThumbprint().toString(), key.id());
    }

    @Test
    void nothingPrivateIsStoredOrPrinted() throws Exception {
        MasterKey master = MasterKey.open(DEFAULTS, data, false, new SeededRandom(2));
        SigningKey made;
        StoredKey stored;
        try (Ledger ledger = ledger()) {
            made = ledger.write(tx -> ring(true).active(tx)).value();
            stored = ledger.read(tx -> tx.keys().list()).get(0);
        }
        ECKey pair = ECKey.parse(master.open(stored.id(), stored.sealedPrivateKey()));
        assertTrue(pair.isPrivate());
        byte[] file = Files.readAllBytes(data.resolve("ledger.mv.db"));
        assertTrue(contains(file, stored.sealedPrivateKey().getBytes(StandardCharsets.US_ASCII)), "the search works");
        for (byte[] secret : List.of(
                pair.getD().decode(),
                pair.getD().toString().getBytes(StandardCharsets.US_ASCII),
                "\"d\"".getBytes(StandardCharsets.US_ASCII),
                masterKeyText().getBytes(StandardCharsets.US_ASCII),
                Base64.getUrlDecoder().decode(masterKeyText()))) {
            assertFalse(contains(file, secret), "a secret is in the file");
        }
        assertEquals("SigningKey[" + made.id() + "]", made.toString());
    }

    private String masterKeyText() throws IOException {
        return Files.readString(data.resolve("master-key")).strip();
    }

    private static boolean contains(byte[] haystack, byte[] needle) {
        // Each byte is one character, so that text search does.
        return new String(haystack, StandardCharsets.ISO_8859_1)
                .contains(new String(needle, StandardCharsets.ISO_8859_1));
    }

    @Test
    void anotherMasterKeyIsRefusedAndNothingChanges() throws IOException {
        TestAuthority first = TestAuthority.open(data);
        long head = head(first.unpublished());
        List<StoredKey> stored = first.unpublished().read(tx -> tx.keys().list());
        String platform = first.platformText();
        first.close();
        String good = masterKeyText();
        SecretFile.write(
                data.resolve("master-key"),
                Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]));

        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, () -> {
            try (Ledger ledger = ledger()) {
                ledger.write(tx -> ring(true).active(tx));
            }
        });
        assertEquals("master-key", refusal.key());
        assertNotNull(refusal.getMessage());
        assertFalse(refusal.getMessage().contains(good));

        SecretFile.write(data.resolve("master-key"), good);
        try (TestAuthority again = TestAuthority.open(data)) {
            assertEquals(head, head(again.unpublished()));
            assertEquals(stored, again.unpublished().read(tx -> tx.keys().list()));
            assertEquals(platform, again.platformText());
            assertNotNull(again.platform());
        }
    }

    private static long head(Ledger ledger) {
        return ledger.read(tx -> tx.trust().head());
    }
}
