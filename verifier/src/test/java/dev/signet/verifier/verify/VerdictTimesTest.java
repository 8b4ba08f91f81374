package dev.signet.verifier.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a token's time has come, when it is over, and when the trust state is too old to say. */
class VerdictTimesTest {
    private static final long NOW = TestTokens.NOW.getEpochSecond();
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final VerifierBench bench = new VerifierBench();
    private final TestTokens token = TestTokens.of(Kind.WORKSPACE);

    @Test
    void aTokenEndsAtItsExpiryPlusTheSkewToTheMillisecond() {
        String text = token.with("exp", NOW + 10).sign();
        keepFreshFor(Duration.ofSeconds(40).minus(MILLISECOND));
        bench.assertAccepted(text);
        bench.fake.advance(MILLISECOND);
        bench.assertRejected(Reason.EXPIRED, text);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 30})
    void theSkewIsWhatWasConfigured(int skew) {
        VerifierBench skewed = new VerifierBench(
                new VerifierConfig(TestTokens.ISSUER, Set.of(TestTokens.AUDIENCE), Duration.ofSeconds(skew), null, 10));
        skewed.assertAccepted(token.with("iat", NOW + skew).sign());
        skewed.assertRejected(
                Reason.NOT_YET_VALID, token.with("iat", NOW + skew + 1).sign());
        skewed.assertAccepted(
                token.with("iat", NOW - 100).with("exp", NOW - skew + 1).sign());
        skewed.assertRejected(
                Reason.EXPIRED,
                token.with("iat", NOW - 100).with("exp", NOW - skew).sign());
    }

    @Test
    void aTokenOfTheFutureBecomesGood() {
        String text = token.with("iat", NOW + 31).sign();
        bench.assertRejected(Reason.NOT_YET_VALID, text);
        bench.fake.advance(Duration.ofSeconds(1));
        bench.assertAccepted(text);
    }

    @Test
    void aTokenWithoutExpiryDoesNotEnd() {
        String text = token.without("exp").sign();
        keepFreshFor(Duration.ofDays(10_000));
        bench.assertAccepted(text);
    }

    @Test
    void expiryIsJudgedByTheLaterOfOwnAndAuthoritysClock() {
        String text = token.with("exp", NOW + 10).sign();
        Freshness.Measured sent = Freshness.now(bench.fake.clocks());
        bench.trust.confirm(sent.answered(bench.fake.wallMillis() + 41_000), Set.of("", TestTokens.ORGANIZATION));
        bench.assertRejected(Reason.EXPIRED, text);
    }

    /** Only the organization's part was confirmed since the authority's clock went ahead. */
    @Test
    void expiryIsJudgedByTheLaterOfBothParts() {
        String text = token.with("exp", NOW + 10).sign();
        Freshness.Measured sent = Freshness.now(bench.fake.clocks());
        bench.trust.confirm(sent.answered(bench.fake.wallMillis() + 41_000), Set.of(TestTokens.ORGANIZATION));
        bench.assertRejected(Reason.EXPIRED, text);
        bench.assertAccepted(TestTokens.of(Kind.PLATFORM).with("exp", NOW + 10).sign());
    }

    @Test
    void aClockSetBackRevivesNoExpiredToken() {
        String text = token.with("exp", NOW + 10).sign();
        bench.fake.advance(Duration.ofSeconds(41));
        bench.assertRejected(Reason.EXPIRED, text);
        bench.fake.jumpWall(Duration.ofSeconds(-41));
        bench.assertRejected(Reason.EXPIRED, text);
    }

    @Test
    void trustIsStaleJustBeforeItsMaximumAge() {
        String text = token.sign();
        bench.fake.advance(Duration.ofMillis(59_400));
        bench.assertAccepted(text);
        bench.fake.advance(MILLISECOND);
        bench.assertRejected(Reason.STALE_TRUST, text);
    }

    @Test
    void freshTrustAcceptsAgain() {
        String text = token.sign();
        bench.fake.advance(Duration.ofSeconds(70));
        bench.assertRejected(Reason.STALE_TRUST, text);
        bench.trust.confirm(bench.fresh(), Set.of("", TestTokens.ORGANIZATION));
        bench.assertAccepted(text);
    }

    @Test
    void theOlderOfBothPartsCounts() {
        String text = token.sign();
        String platform = TestTokens.of(Kind.PLATFORM).sign();
        bench.fake.advance(Duration.ofSeconds(70));
        bench.trust.confirm(bench.fresh(), Set.of(""));
        bench.assertRejected(Reason.STALE_TRUST, text);
        bench.assertAccepted(platform);
        bench.trust.confirm(bench.fresh(), Set.of("", TestTokens.ORGANIZATION));
        bench.fake.advance(Duration.ofSeconds(40));
        bench.trust.confirm(bench.fresh(), Set.of(TestTokens.ORGANIZATION));
        bench.fake.advance(Duration.ofSeconds(40));
        bench.assertRejected(Reason.STALE_TRUST, text);
        bench.assertRejected(Reason.STALE_TRUST, platform);
    }

    @Test
    void trustThatWasNeverConfirmedIsStale() {
        bench.trust.clear();
        bench.trust.replace(TestTrust.installation(200, Freshness.NEVER, VerifierBench.KEY));
        bench.trust.replace(TestTrust.organization(200, bench.fresh()));
        bench.assertRejected(Reason.STALE_TRUST, token.sign());
    }

    @Test
    void whicheverClockSaysMoreIsBelieved() {
        String text = token.without("exp").sign();
        bench.fake.jumpElapsed(Duration.ofSeconds(60));
        bench.assertRejected(Reason.STALE_TRUST, text);
        bench.fake.jumpWall(Duration.ofDays(-1));
        bench.assertRejected(Reason.STALE_TRUST, text);

        VerifierBench suspended = new VerifierBench();
        suspended.fake.jumpWall(Duration.ofSeconds(60));
        suspended.assertRejected(Reason.STALE_TRUST, text);
    }

    @Test
    void thePolicysBoundHoldsFromItsChangeOn() {
        String text = token.sign();
        bench.fake.advance(Duration.ofSeconds(30));
        bench.assertAccepted(text);
        bench.changeInstallation(new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(20))));
        bench.assertRejected(Reason.STALE_TRUST, text);
    }

    @Test
    void aVerifierMayBeStricterThanThePolicyAndNotLaxer() {
        String text = token.sign();
        VerifierBench strict = bounded(Duration.ofSeconds(10));
        VerifierBench lax = bounded(Duration.ofHours(1));
        strict.fake.advance(Duration.ofMillis(9_901));
        strict.assertRejected(Reason.STALE_TRUST, text);
        lax.fake.advance(Duration.ofMillis(59_401));
        lax.assertRejected(Reason.STALE_TRUST, text);
    }

    @Test
    void aConfigurationThatAcceptsTooMuchOrNothingIsRefused() {
        String issuer = TestTokens.ISSUER;
        Set<String> audiences = Set.of(TestTokens.AUDIENCE);
        Duration skew = Duration.ofSeconds(30);
        assertInvalid("issuer", () -> new VerifierConfig(" ", audiences, skew, null, 1));
        assertInvalid("audience", () -> new VerifierConfig(issuer, Set.of(), skew, null, 1));
        assertInvalid("audience", () -> new VerifierConfig(issuer, Set.of("a", ""), skew, null, 1));
        assertInvalid("clock-skew", () -> new VerifierConfig(issuer, audiences, skew.plusNanos(1), null, 1));
        assertInvalid("clock-skew", () -> new VerifierConfig(issuer, audiences, Duration.ofMillis(-1), null, 1));
        assertInvalid("maximum-staleness", () -> new VerifierConfig(issuer, audiences, skew, Duration.ZERO, 1));
        assertInvalid("maximum-staleness", () -> new VerifierConfig(issuer, audiences, skew, MILLISECOND.negated(), 1));
        Duration day = Duration.ofDays(1);
        assertInvalid("maximum-staleness", () -> new VerifierConfig(issuer, audiences, skew, day.plusNanos(1), 1));
        assertEquals(day, new VerifierConfig(issuer, audiences, skew, day, 1).maximumStaleness());
        assertInvalid("cached-tokens", () -> new VerifierConfig(issuer, audiences, skew, null, -1));
    }

    private static void assertInvalid(String key, Runnable making) {
        InvalidConfiguration refusal = assertThrows(InvalidConfiguration.class, making::run);
        assertEquals(key, refusal.key());
    }

    private static VerifierBench bounded(Duration maximumStaleness) {
        return new VerifierBench(new VerifierConfig(
                TestTokens.ISSUER, Set.of(TestTokens.AUDIENCE), Duration.ZERO, maximumStaleness, 10));
    }

    private void keepFreshFor(Duration time) {
        bench.fake.advance(time);
        bench.trust.confirm(bench.fresh(), Set.of("", TestTokens.ORGANIZATION));
    }
}
