package dev.signet.verifier.verify;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.STATUS_INDEX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.Verdict.Accepted;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.Verdict.Rejected;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each reason for which a token is refused, by itself. */
class TokenVerifierTest {
    private final VerifierBench bench = new VerifierBench();
    private final TestTokens token = TestTokens.of(Kind.WORKSPACE);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aGoodTokenOfAnyKindIsAccepted(Kind kind) {
        TestTokens good = TestTokens.of(kind);
        Accepted accepted = bench.assertAccepted(good.sign());
        assertEquals(good.subject(), accepted.claims().subject());
        assertEquals(kind, accepted.claims().kind());
        assertEquals(Grants.of(TestTokens.WORKSPACE, "WORKSPACE_OPERATOR"), accepted.grants());
    }

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aGoodTokenOfAnyAlgorithmIsAccepted(Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        bench.changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(key, KeyState.ACTIVE)));
        Accepted accepted = bench.assertAccepted(token.signedBy(key).sign());
        assertSame(TestTrust.publicHalf(key), accepted.token().key());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "Bearer a.b.c", "\u4e00.\u4e00.\u4e00"})
    void rubbishIsMalformed(String text) {
        bench.assertRejected(Reason.MALFORMED, text);
    }

    @Test
    void whatIsTooLongOrSaysWhatItMustNotIsMalformed() {
        bench.assertRejected(
                Reason.MALFORMED, token.with("pad", "x".repeat(8192)).sign());
        bench.assertRejected(Reason.MALFORMED, token.without("grants").sign());
        bench.assertRejected(
                Reason.MALFORMED, token.header("crit", List.of("exp")).sign());
        bench.assertRejected(Reason.MALFORMED, token.sign() + " ");
        bench.assertRejected(Reason.MALFORMED, " " + token.sign());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "HS256", "ES384", "EdDSA", "RS256"})
    void anAlgorithmOtherThanTheKeysIsUnsupported(String algorithm) {
        bench.assertRejected(
                Reason.UNSUPPORTED_ALGORITHM, token.header("alg", algorithm).sign());
    }

    @Test
    void anUnsignedTokenIsUnsupported() {
        String[] segments = token.header("alg", "none").sign().split("\\.", -1);
        bench.assertRejected(Reason.UNSUPPORTED_ALGORITHM, segments[0] + "." + segments[1] + ".");
    }

    @Test
    void aKeyThatNobodyNamedIsUnknown() {
        TestKey other = TestKey.fresh("other", Algorithm.ES256);
        bench.assertRejected(Reason.UNKNOWN_KEY, token.signedBy(other).sign());
    }

    @ParameterizedTest
    @EnumSource(KeyState.class)
    void aKeyIsGoodFromPreparedToRetiring(KeyState state) {
        bench.keyIs(state);
        switch (state) {
            case PREPARED, ACTIVE, RETIRING -> bench.assertAccepted(token.sign());
            case RETIRED -> bench.assertRejected(Reason.UNKNOWN_KEY, token.sign());
            case REVOKED -> bench.assertRejected(Reason.REVOKED_KEY, token.sign());
        }
    }

    @Test
    void aSignatureOfSomeoneElseIsBad() {
        TestKey impostor = TestKey.fresh(VerifierBench.KEY.id(), Algorithm.ES256);
        bench.assertRejected(Reason.BAD_SIGNATURE, token.signedBy(impostor).sign());
        String[] segments = token.sign().split("\\.", -1);
        String[] others = token.with("exp", TestTokens.NOW.getEpochSecond() + 9_999)
                .sign()
                .split("\\.", -1);
        bench.assertRejected(Reason.BAD_SIGNATURE, segments[0] + "." + others[1] + "." + segments[2]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://signet.local/",
                "https://SIGNET.local",
                "https://signet.local.attacker.test",
                "https://signet.loca",
                "http://signet.local",
            })
    void anotherIssuerIsWrong(String issuer) {
        bench.assertRejected(Reason.WRONG_ISSUER, token.with("iss", issuer).sign());
    }

    @Test
    void oneOfTheTokensAudiencesMustBeOneOfTheVerifiers() {
        VerifierBench two = new VerifierBench(
                new VerifierConfig(TestTokens.ISSUER, Set.of("airflow", "registry"), Duration.ZERO, null, 10));
        two.assertAccepted(token.with("aud", "registry").sign());
        two.assertAccepted(token.with("aud", List.of("signet", "airflow")).sign());
        two.assertRejected(Reason.WRONG_AUDIENCE, token.sign());
        for (String other : List.of("Airflow", "airflow ", "airflow2", "air", "https://airflow")) {
            two.assertRejected(Reason.WRONG_AUDIENCE, token.with("aud", other).sign());
        }
    }

    @Test
    void aRevokedValueIsRefusedAndItsNeighboursAreNot() {
        bench.change(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.assertRejected(Reason.REVOKED, token.sign());
        bench.assertAccepted(
                token.with("status", TestTokens.status(STATUS_INDEX + 1)).sign());
    }

    @Test
    void theListOfPlatformTokensIsTheInstallationsAlone() {
        String platform = TestTokens.of(Kind.PLATFORM).sign();
        bench.change(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.assertAccepted(platform);
        bench.changeInstallation(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.assertRejected(Reason.REVOKED, platform);
    }

    @Test
    void theInstallationsListEndsNoTokenOfAnOrganization() {
        bench.changeInstallation(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.assertAccepted(token.sign());
    }

    @Test
    void nothingOfADeletedOrganizationIsGood() {
        bench.change(new TrustChange.OrganizationDeleted());
        bench.assertRejected(Reason.REVOKED, token.sign());
        bench.assertAccepted(TestTokens.of(Kind.PLATFORM).sign());
    }

    @Test
    void aTokenOlderThanItsOrganizationsEpochIsRefused() {
        bench.change(new TrustChange.EpochRaised(150));
        bench.assertRejected(Reason.EPOCH, token.with("grants_rev", 149).sign());
        bench.assertAccepted(token.with("grants_rev", 150).sign());
        bench.assertAccepted(TestTokens.of(Kind.PLATFORM).sign());
    }

    @Test
    void aTokenOlderThanTheInstallationsEpochIsRefused() {
        bench.changeInstallation(new TrustChange.EpochRaised(150));
        bench.assertRejected(Reason.EPOCH, token.with("grants_rev", 149).sign());
        bench.assertRejected(Reason.EPOCH, TestTokens.of(Kind.PLATFORM).sign());
        bench.assertAccepted(token.with("grants_rev", 150).sign());
    }

    @Test
    void anOrganizationThatIsNotHeldIsNotLoaded() {
        bench.assertRejected(
                Reason.NOT_LOADED,
                token.with("org", TestTokens.OTHER_ORGANIZATION).sign());
    }

    @Test
    void withoutATrustStateNothingIsLoaded() {
        TrustState empty = new TrustState();
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), empty, bench.fake.clocks());
        assertEquals(new Rejected(Reason.NOT_LOADED), verifier.verify(token.sign()));
        empty.replace(TestTrust.organization(1, bench.fresh()));
        assertEquals(new Rejected(Reason.NOT_LOADED), verifier.verify(token.sign()));
    }

    @Test
    void anOrganizationIsLoadedForGoodSignaturesOnly() {
        TrustState loading = new TrustState(id -> {
            throw new AssertionError("loaded for a token that nobody vouches for");
        });
        loading.replace(bench.installation());
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), loading, bench.fake.clocks());
        TestKey impostor = TestKey.fresh(VerifierBench.KEY.id(), Algorithm.ES256);
        assertEquals(
                new Rejected(Reason.BAD_SIGNATURE),
                verifier.verify(token.signedBy(impostor).sign()));
        assertEquals(
                new Rejected(Reason.WRONG_AUDIENCE),
                verifier.verify(token.with("aud", "other").sign()));
    }

    @Test
    void theVerdictSaysTheGrantsInForce() {
        Grants none = Grants.NONE;
        bench.change(new TrustChange.GrantsOverridden(token.subject(), none));
        assertEquals(none, bench.assertAccepted(token.sign()).grants());
        long later = bench.organization().revision();
        assertEquals(
                Grants.of(TestTokens.WORKSPACE, "WORKSPACE_OPERATOR"),
                bench.assertAccepted(token.with("grants_rev", later).sign()).grants());
    }

    @Test
    void anOverrideIsItsOrganizationsOwn() {
        bench.trust.replace(OrganizationTrust.unchanged(TestTokens.OTHER_ORGANIZATION, 1, bench.fresh()));
        bench.change(new TrustChange.GrantsOverridden(token.subject(), Grants.NONE));
        TestTokens sameSubjectElsewhere = token.with("org", TestTokens.OTHER_ORGANIZATION);
        assertEquals(
                Grants.of(TestTokens.WORKSPACE, "WORKSPACE_OPERATOR"),
                bench.assertAccepted(sameSubjectElsewhere.sign()).grants());
        assertEquals(ORGANIZATION, token.claim("org"));
    }

    @Test
    void aTokenThatDoesNotTellItsGrantsIsRefusedUntilTheFeedTellsThem() {
        TestTokens silent = token.without("grants").with("grants_by_feed", true);
        bench.assertRejected(Reason.NOT_LOADED, silent.sign());
        Grants told = Grants.of(TestTokens.WORKSPACE, "WORKSPACE_OPERATOR");
        bench.change(new TrustChange.GrantsOverridden(token.subject(), told));
        assertEquals(told, bench.assertAccepted(silent.sign()).grants());
        TestTokens platform = TestTokens.of(Kind.PLATFORM).without("grants").with("grants_by_feed", true);
        bench.assertRejected(Reason.NOT_LOADED, platform.sign());
    }
}
