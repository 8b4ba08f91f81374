package dev.signet.verifier.verify;

import static dev.signet.verifier.testkit.TestTokens.STATUS_INDEX;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.trust.TrustedKey;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token that was accepted a moment ago, and by now must not be. */
class RememberedTokenTest {
    private final VerifierBench bench = new VerifierBench();
    private final TestTokens token = TestTokens.of(Kind.WORKSPACE);
    private final String text = token.sign();

    @BeforeEach
    void isAccepted() {
        bench.assertAccepted(text);
    }

    @Test
    void isNotReadASecondTime() {
        assertSame(
                bench.assertAccepted(text).token(), bench.assertAccepted(text).token());
        assertSame(
                bench.assertAccepted(text).token(),
                bench.assertAccepted(String.valueOf(text.toCharArray())).token());
    }

    @Test
    void isReadASecondTimeWhereNothingIsRemembered() {
        VerifierBench forgetful = new VerifierBench(
                new VerifierConfig(TestTokens.ISSUER, Set.of(TestTokens.AUDIENCE), Duration.ZERO, null, 0));
        forgetful.assertAccepted(text);
        forgetful.assertAccepted(text);
    }

    @Test
    void isRefusedOnceRevoked() {
        bench.change(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.assertRejected(Reason.REVOKED, text);
    }

    @Test
    void isRefusedOnceItsKeyIsRevoked() {
        bench.keyIs(KeyState.REVOKED);
        bench.assertRejected(Reason.REVOKED_KEY, text);
    }

    @Test
    void isRefusedOnceItsKeyIsRetired() {
        bench.keyIs(KeyState.RETIRED);
        bench.assertRejected(Reason.UNKNOWN_KEY, text);
    }

    @Test
    void isRefusedOnceItsKeyIsGone() {
        bench.trust.replace(TestTrust.installation(500, bench.fresh()));
        bench.assertRejected(Reason.UNKNOWN_KEY, text);
    }

    @Test
    void isRefusedOnceAnotherKeyBearsItsKeysId() {
        TestKey namesake = TestKey.fresh(VerifierBench.KEY.id(), Algorithm.ES256);
        bench.changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(namesake, KeyState.ACTIVE)));
        bench.assertRejected(Reason.UNKNOWN_KEY, text);
        bench.assertRejected(Reason.BAD_SIGNATURE, token.with("note", "new").sign());
    }

    @Test
    void isBoundToTheKeyObjectAndNotToItsBytes() {
        TrustedKey sameBytes = new TrustedKey(
                new VerificationKeys()
                        .get(VerifierBench.KEY.id(), Algorithm.ES256, VerifierBench.KEY.subjectPublicKeyInfo()),
                KeyState.ACTIVE);
        assertNotSame(TestTrust.publicHalf(VerifierBench.KEY), sameBytes.key());
        bench.changeInstallation(new TrustChange.KeyChanged(sameBytes));
        bench.assertRejected(Reason.UNKNOWN_KEY, text);
    }

    @Test
    void outlivesANewSnapshotWithTheSameKey() {
        Object before = bench.assertAccepted(text).token();
        bench.trust.replace(TestTrust.installation(500, bench.fresh(), VerifierBench.KEY));
        assertSame(before, bench.assertAccepted(text).token());
    }

    @Test
    void isRefusedOnceExpired() {
        bench.fake.advance(Duration.ofSeconds(3_630));
        bench.trust.confirm(bench.fresh(), Set.of("", TestTokens.ORGANIZATION));
        bench.assertRejected(Reason.EXPIRED, text);
    }

    @Test
    void isRefusedOnceTheTrustStateIsStale() {
        bench.fake.advance(Duration.ofSeconds(60));
        bench.assertRejected(Reason.STALE_TRUST, text);
    }

    @Test
    void isRefusedOnceTheEpochIsRaised() {
        bench.change(new TrustChange.EpochRaised(TestTokens.GRANTS_REVISION + 1));
        bench.assertRejected(Reason.EPOCH, text);
    }

    @Test
    void isRefusedOnceItsOrganizationIsDeleted() {
        bench.change(new TrustChange.OrganizationDeleted());
        bench.assertRejected(Reason.REVOKED, text);
    }

    @Test
    void isRefusedOnceItsOrganizationsPartIsGone() {
        bench.trust.clear();
        bench.assertRejected(Reason.NOT_LOADED, text);
        bench.trust.replace(TestTrust.installation(500, bench.fresh(), VerifierBench.KEY));
        bench.assertRejected(Reason.NOT_LOADED, text);
    }

    @Test
    void hasTheGrantsThatAreInForceNow() {
        Grants now = Grants.of(TestTokens.WORKSPACE, "WORKSPACE_OWNER");
        bench.change(new TrustChange.GrantsOverridden(token.subject(), now));
        assertEquals(now, bench.assertAccepted(text).grants());
    }

    @Test
    void isNotRememberedForAnotherAudience() {
        TrustState shared = bench.trust;
        TokenVerifier other =
                new TokenVerifier(VerifierConfig.of(TestTokens.ISSUER, "another"), shared, bench.fake.clocks());
        for (int i = 0; i < 2; i++) {
            assertEquals(new Verdict.Rejected(Reason.WRONG_AUDIENCE), other.verify(text));
        }
    }

    @Test
    void standsInForNoOtherText() {
        for (int i = 0; i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String changed = text.substring(0, i) + other + text.substring(i + 1);
            assertNotEquals(
                    Verdict.Accepted.class, bench.verifier.verify(changed).getClass(), "changed at " + i);
        }
        bench.assertRejected(Reason.BAD_SIGNATURE, text + "A");
        bench.assertRejected(Reason.MALFORMED, text.substring(0, text.length() - 1));
    }

    /** Characters whose lower halves are those of the token are other characters. */
    @Test
    void standsInForNoOtherCharacters() {
        for (int i = 0; i < text.length(); i++) {
            String changed = text.substring(0, i) + (char) (text.charAt(i) + 0x100) + text.substring(i + 1);
            bench.assertRejected(Reason.MALFORMED, changed);
        }
    }

    @Test
    void isTheSameInBytes() {
        byte[] bytes = ("Bearer " + text + "\r\n").getBytes(US_ASCII);
        Verdict.Accepted first =
                assertInstanceOf(Verdict.Accepted.class, bench.verifier.verify(bytes, 7, text.length()));
        assertSame(bench.assertAccepted(text).token(), first.token());
        assertSame(
                first.token(),
                assertInstanceOf(Verdict.Accepted.class, bench.verifier.verify(bytes, 7, text.length()))
                        .token());
        bench.change(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        assertEquals(Reason.REVOKED, VerifierBench.reason(bench.verifier.verify(bytes, 7, text.length())));
    }

    @Test
    void standsInForNoOtherBytes() {
        byte[] bytes = text.getBytes(US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= 1;
            assertInstanceOf(Verdict.Rejected.class, bench.verifier.verify(bytes, 0, bytes.length), "changed at " + i);
            bytes[i] ^= 1;
        }
        byte[] longer = (text + "A").getBytes(US_ASCII);
        assertInstanceOf(Verdict.Accepted.class, bench.verifier.verify(longer, 0, text.length()));
        assertInstanceOf(Verdict.Rejected.class, bench.verifier.verify(longer, 0, longer.length));
        assertInstanceOf(Verdict.Rejected.class, bench.verifier.verify(longer, 1, text.length()));
        assertThrows(IndexOutOfBoundsException.class, () -> bench.verifier.verify(bytes, 1, bytes.length));
        assertEquals(Reason.MALFORMED, VerifierBench.reason(bench.verifier.verify(new byte[9000], 0, 9000)));
        assertEquals(Reason.MALFORMED, VerifierBench.reason(bench.verifier.verify(bytes, 0, 0)));
    }

    @Test
    void isDecidedAtOnceUnlessASignatureIsToBeChecked() {
        String unknown = token.with("note", "new").sign();
        assertNull(bench.verifier.verdictAtOnce(unknown, null, null));
        assertInstanceOf(Verdict.Accepted.class, bench.verifier.verdictAtOnce(text, null, null));
        bench.assertAccepted(unknown);
        assertInstanceOf(Verdict.Accepted.class, bench.verifier.verdictAtOnce(unknown, null, null));
        assertEquals(
                Reason.PERMISSION_DENIED,
                VerifierBench.reason(Objects.requireNonNull(bench.verifier.verdictAtOnce(
                        text, "organization.update", ResourcePath.organization(TestTokens.ORGANIZATION)))));
        assertEquals(
                Reason.MALFORMED,
                VerifierBench.reason(Objects.requireNonNull(bench.verifier.verdictAtOnce("x", null, null))));
        String stranger =
                token.signedBy(TestKey.fresh("stranger", Algorithm.ES256)).sign();
        assertEquals(
                Reason.UNKNOWN_KEY,
                VerifierBench.reason(Objects.requireNonNull(bench.verifier.verdictAtOnce(stranger, null, null))));
    }

    @Test
    void isDecidedAtOnceByItsBytesToo() {
        String unknown = token.with("note", "new").sign();
        assertNull(atOnce(unknown, null, null));
        assertInstanceOf(Verdict.Accepted.class, atOnce(text, null, null));
        assertEquals(
                Reason.PERMISSION_DENIED,
                VerifierBench.reason(Objects.requireNonNull(
                        atOnce(text, "organization.update", ResourcePath.organization(TestTokens.ORGANIZATION)))));
        assertEquals(Reason.MALFORMED, VerifierBench.reason(Objects.requireNonNull(atOnce("x", null, null))));
        assertEquals(
                Reason.MALFORMED,
                VerifierBench.reason(Objects.requireNonNull(atOnce(text + ".".repeat(1 << 14), null, null))));
        byte[] bytes = new byte[8];
        assertThrows(IndexOutOfBoundsException.class, () -> bench.verifier.verdictAtOnce(bytes, 4, 5, null, null));
    }

    /** In the middle of more. */
    private @Nullable Verdict atOnce(String text, @Nullable String permission, @Nullable ResourcePath resource) {
        byte[] bytes = ("a." + text + ".b").getBytes(US_ASCII);
        return bench.verifier.verdictAtOnce(bytes, 2, bytes.length - 4, permission, resource);
    }

    /** Only what a signature vouches for is remembered, so the same text is judged anew once its key is known. */
    @Test
    void wasNeverRememberedUnverified() {
        TestKey late = TestKey.fresh("late", Algorithm.ES256);
        TestKey impostor = TestKey.fresh("late", Algorithm.ES256);
        String early = token.signedBy(late).sign();
        bench.assertRejected(Reason.UNKNOWN_KEY, early);
        bench.changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(impostor, KeyState.ACTIVE)));
        bench.assertRejected(Reason.BAD_SIGNATURE, early);
        bench.changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(late, KeyState.ACTIVE)));
        bench.assertAccepted(early);
    }
}
