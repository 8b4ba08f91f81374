package dev.signet.verifier.verify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How old the trust state may be where an audience has a maximum staleness of its own, and while one changes. */
final class AudienceStalenessTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final TrustPolicy PLAIN = new TrustPolicy(MINUTE);
    private static final TrustPolicy POLICY =
            new TrustPolicy(MINUTE, Map.of("batch", Duration.ofMinutes(10), "report", Duration.ofMinutes(5)));

    private final VerifierBench bench = accepting(null, "signet", "batch", "report");

    private static VerifierBench accepting(@Nullable Duration stricter, String... audiences) {
        VerifierBench bench = new VerifierBench(
                new VerifierConfig(TestTokens.ISSUER, Set.of(audiences), Duration.ofSeconds(30), stricter, 10));
        bench.changeInstallation(new TrustChange.PolicyChanged(POLICY));
        pong(bench);
        return bench;
    }

    /** As the trust state is confirmed: by the policy that is held then. */
    private static void pong(VerifierBench bench) {
        bench.trust.confirm(measured(bench), Set.of("", TestTokens.ORGANIZATION));
    }

    private static Freshness measured(VerifierBench bench) {
        return ((Freshness.Measured) bench.fresh()).under(bench.installation().policy());
    }

    private static String token(Object audience) {
        return TestTokens.of(Kind.WORKSPACE).with("aud", audience).sign();
    }

    private static void assertGoodUntil(VerifierBench bench, Duration bound, String... tokens) {
        // At 0.99 of the bound, as everywhere.
        bench.fake.advance(bound.multipliedBy(99).dividedBy(100));
        List.of(tokens).forEach(bench::assertAccepted);
        bench.fake.advance(Duration.ofMillis(1));
        List.of(tokens).forEach(text -> bench.assertRejected(Reason.STALE_TRUST, text));
        pong(bench);
        List.of(tokens).forEach(bench::assertAccepted);
    }

    @Test
    void eachAudienceHasItsOwnBound() {
        assertGoodUntil(bench, MINUTE, token("signet"));
        assertGoodUntil(bench, Duration.ofMinutes(10), token("batch"));
        assertGoodUntil(bench, Duration.ofMinutes(5), token("report"));
    }

    @Test
    void ofSeveralThatAreAcceptedTheStrictestCounts() {
        assertGoodUntil(bench, MINUTE, token(List.of("batch", "signet")), token(List.of("signet", "batch")));
        assertGoodUntil(bench, Duration.ofMinutes(5), token(List.of("batch", "report")));
        VerifierBench ofBatch = accepting(null, "batch");
        assertGoodUntil(ofBatch, Duration.ofMinutes(10), token(List.of("signet", "batch", "elsewhere")));
    }

    @Test
    void aVerifierIsOnlyStricter() {
        assertGoodUntil(accepting(Duration.ofMinutes(2), "batch", "signet"), Duration.ofMinutes(2), token("batch"));
        assertGoodUntil(accepting(Duration.ofMinutes(2), "batch", "signet"), MINUTE, token("signet"));
        assertGoodUntil(accepting(Duration.ofHours(9), "batch", "signet"), Duration.ofMinutes(10), token("batch"));
    }

    @Test
    void aSmallerOneCountsAtOnce() {
        String text = token("batch");
        bench.fake.advance(Duration.ofMinutes(5));
        bench.assertAccepted(text);
        bench.changeInstallation(new TrustChange.PolicyChanged(PLAIN));
        bench.assertRejected(Reason.STALE_TRUST, text);
        pong(bench);
        assertGoodUntil(bench, MINUTE, text);
    }

    @Test
    void aLargerOneCountsFromTheNextPongOn() {
        String text = token("batch");
        bench.changeInstallation(new TrustChange.PolicyChanged(PLAIN));
        pong(bench);
        bench.changeInstallation(new TrustChange.PolicyChanged(POLICY));
        assertGoodUntil(bench, MINUTE, text);
        assertGoodUntil(bench, Duration.ofMinutes(10), text);
    }

    /** Each part by what was held at its own pong: that of the other says nothing of it. */
    @Test
    void aLargerOneCountsForThePartsThatWereConfirmedUnderIt() {
        String text = token("batch");
        String platform = TestTokens.of(Kind.PLATFORM).with("aud", "batch").sign();
        bench.changeInstallation(new TrustChange.PolicyChanged(PLAIN));
        pong(bench);
        bench.changeInstallation(new TrustChange.PolicyChanged(POLICY));
        bench.trust.confirm(measured(bench), Set.of(""));
        bench.fake.advance(Duration.ofMinutes(5));
        bench.assertAccepted(platform);
        bench.assertRejected(Reason.STALE_TRUST, text);
        bench.trust.confirm(measured(bench), Set.of(TestTokens.ORGANIZATION));
        bench.fake.advance(Duration.ofMinutes(4));
        bench.assertAccepted(text);
        bench.fake.advance(Duration.ofMinutes(1));
        bench.assertRejected(Reason.STALE_TRUST, text);
    }

    /** The same where the smallest is raised, and not an audience's. */
    @Test
    void aLargerSmallestOneCountsFromTheNextPongOn() {
        String text = token("signet");
        bench.changeInstallation(new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofMinutes(3))));
        assertGoodUntil(bench, MINUTE, text);
        assertGoodUntil(bench, Duration.ofMinutes(3), text);
    }

    /** By the strictest of its audiences, whatever tokens come: what a probe asks before sending it any. */
    @Test
    void aVerifierIsCurrentAsLongAsNoAudienceIsRefused() {
        bench.fake.advance(Duration.ofMillis(59_400));
        assertTrue(bench.verifier.isCurrent());
        bench.fake.advance(Duration.ofMillis(1));
        assertFalse(bench.verifier.isCurrent());
        bench.assertAccepted(token("batch"));
        pong(bench);
        assertTrue(bench.verifier.isCurrent());

        VerifierBench ofBatch = accepting(null, "batch");
        ofBatch.fake.advance(Duration.ofMinutes(9));
        assertTrue(ofBatch.verifier.isCurrent());
        ofBatch.trust.clear();
        assertFalse(ofBatch.verifier.isCurrent());
    }
}
