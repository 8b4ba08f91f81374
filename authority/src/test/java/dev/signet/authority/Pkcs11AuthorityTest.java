package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.keys.Pkcs11Config;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An authority whose signing keys are in a token of SoftHSM2. */
@Timeout(120)
final class Pkcs11AuthorityTest {
    /** When every verifier knows what was announced before. */
    private static final Duration KNOWN = Duration.ofSeconds(66);

    @TempDir
    private Path data;

    @BeforeAll
    static void needsAnHsm() {
        SoftHsm.library();
    }

    private static KeysConfig keys(Pkcs11Config pkcs11) {
        return new KeysConfig(null, null, Algorithm.ES256, KeysConfig.DEFAULT_ROTATION_PERIOD, pkcs11);
    }

    private TestAuthority withHsm(long seed) {
        return TestAuthority.open(data, keys(SoftHsm.token("authority")), seed);
    }

    private static String issue(TestAuthority authority, ResourcePath organization) {
        return authority
                .issue(authority.platform(), organization, "ORGANIZATION_OWNER")
                .value();
    }

    private static StoredKey signerOf(TestAuthority authority, String token) throws ParseException {
        String id = SignedJWT.parse(token).getHeader().getKeyID();
        return authority.ledger().read(tx -> tx.keys().find(id)).orElseThrow();
    }

    private static boolean isInHsm(StoredKey key) {
        return key.secret().startsWith("pkcs11:");
    }

    private static void assertAccepted(TestAuthority authority, String token) {
        assertInstanceOf(Verdict.Accepted.class, authority.verifier().verify(token));
    }

    @Test
    void itIssuesRotatesRevokesAndStartsAgain() throws Exception {
        String first;
        String second;
        ResourcePath organization;
        try (TestAuthority authority = withHsm(1)) {
            assertTrue(authority.ledger().read(tx -> tx.keys().list()).stream().allMatch(Pkcs11AuthorityTest::isInHsm));
            organization = authority.organization();
            first = issue(authority, organization);
            authority.clock().advance(KNOWN);
            authority.signingKeys().rotate(authority.platform());
            second = issue(authority, organization);
            assertNotEquals(
                    signerOf(authority, first).id(), signerOf(authority, second).id());
            assertAccepted(authority, first);
            assertAccepted(authority, second);
            authority
                    .signingKeys()
                    .revoke(authority.platform(), signerOf(authority, first).id());
            assertInstanceOf(Verdict.Rejected.class, authority.verifier().verify(first));
            assertAccepted(authority, second);
        }
        try (TestAuthority authority = withHsm(2)) {
            authority.clock().advance(KNOWN);
            assertInstanceOf(Verdict.Rejected.class, authority.verifier().verify(first));
            assertAccepted(authority, second);
            String third = issue(authority, organization);
            assertAccepted(authority, third);
            assertEquals(
                    signerOf(authority, second).id(), signerOf(authority, third).id());
            // The active one: the reserve, in the HSM as well, takes its place.
            authority
                    .signingKeys()
                    .revoke(authority.platform(), signerOf(authority, third).id());
            assertInstanceOf(Verdict.Rejected.class, authority.verifier().verify(third));
            String fourth = issue(authority, organization);
            assertAccepted(authority, fourth);
            assertTrue(isInHsm(signerOf(authority, fourth)));
        }
    }

    @Test
    void keysThatAreSealedFromBeforeServeOnAndNewOnesAreInTheHsm() throws Exception {
        String sealed;
        ResourcePath organization;
        try (TestAuthority authority = TestAuthority.open(data)) {
            organization = authority.organization();
            sealed = issue(authority, organization);
            assertFalse(isInHsm(signerOf(authority, sealed)));
        }
        try (TestAuthority authority = withHsm(7)) {
            String before = issue(authority, organization);
            assertEquals(signerOf(authority, sealed), signerOf(authority, before));
            // First comes the reserve, which is sealed too.
            for (boolean inHsm : List.of(false, true)) {
                authority.clock().advance(KNOWN);
                authority.signingKeys().rotate(authority.platform());
                String after = issue(authority, organization);
                assertEquals(inHsm, isInHsm(signerOf(authority, after)));
                assertEquals(KeyState.ACTIVE, signerOf(authority, after).state());
                assertAccepted(authority, after);
                assertAccepted(authority, sealed);
                assertAccepted(authority, before);
            }
            List<StoredKey> inHsm = authority.ledger().read(tx -> tx.keys().list()).stream()
                    .filter(Pkcs11AuthorityTest::isInHsm)
                    .toList();
            assertEquals(2, inHsm.size());
            // Another master key seals what is sealed, and no more.
            assertEquals(2, authority.signingKeys().rekey(authority.platform()));
            for (StoredKey key : inHsm) {
                assertEquals(
                        key,
                        authority.ledger().read(tx -> tx.keys().find(key.id())).orElseThrow());
            }
            String after = issue(authority, organization);
            assertAccepted(authority, after);
        }
    }

    @Test
    void anHsmThatIsAwayIsNoObstacleToARevocation() throws Exception {
        // What signed the platform token is sealed, and is not what ends.
        TestAuthority.open(data).close();
        try (TestAuthority authority = TestAuthority.open(data, keys(SoftHsm.token("away")), 7)) {
            authority.clock().advance(KNOWN);
            authority.signingKeys().rotate(authority.platform());
            ResourcePath organization = authority.organization();
            String token = issue(authority, organization);
            StoredKey signer = signerOf(authority, token);
            SoftHsm.takeAway("away");
            authority.signingKeys().revoke(authority.platform(), signer.id());
            assertInstanceOf(Verdict.Rejected.class, authority.verifier().verify(token));
            authority.signingKeys().maintain();
            assertEquals(List.of(), inState(authority, KeyState.PREPARED));
            assertThrows(RuntimeException.class, () -> issue(authority, organization));
        }
    }

    private static List<StoredKey> inState(TestAuthority authority, KeyState state) {
        return authority.ledger().read(tx -> tx.keys().list()).stream()
                .filter(key -> key.state() == state)
                .toList();
    }

    @Test
    void withoutItsHsmItDoesNotStart() throws Exception {
        List<StoredKey> before;
        try (TestAuthority authority = withHsm(1)) {
            before = authority.ledger().read(tx -> tx.keys().list());
        }
        InvalidConfiguration refusal = assertThrows(
                InvalidConfiguration.class,
                () -> Authority.start(TestAuthority.config(data)).close());
        assertEquals("pkcs11-library", refusal.key());
        assertTrue(refusal.getMessage().contains(before.get(0).id()), refusal.getMessage());
        AuthorityConfig other = TestAuthority.config(data, keys(SoftHsm.token("fresh")));
        assertEquals(
                "pkcs11-token",
                assertThrows(
                                InvalidConfiguration.class,
                                () -> Authority.start(other).close())
                        .key());
        try (TestAuthority authority = withHsm(2)) {
            assertEquals(before, authority.ledger().read(tx -> tx.keys().list()));
        }
    }

    @Test
    void aRefusedFirstStartMakesNothing() {
        for (Pkcs11Config wrong : List.of(
                new Pkcs11Config(data.resolve("missing.so"), "authority", null, SoftHsm.PIN),
                SoftHsm.token("no such token"),
                new Pkcs11Config(SoftHsm.library(), "authority", data.resolve("missing"), null))) {
            AuthorityConfig config = TestAuthority.config(data, keys(wrong));
            assertThrows(
                    InvalidConfiguration.class, () -> Authority.start(config).close());
            assertThrows(InvalidConfiguration.class, () -> Authority.resetPlatformToken(config));
            assertFalse(Files.exists(data.resolve("master-key")));
            assertFalse(Files.exists(data.resolve("platform-token")));
        }
    }
}
