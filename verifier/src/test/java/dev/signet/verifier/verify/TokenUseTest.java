package dev.signet.verifier.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.Use;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a verifier reports of the credentials that it accepted. */
final class TokenUseTest {
    private final VerifierBench bench = new VerifierBench();
    private final TestTokens token = TestTokens.of(Kind.WORKSPACE);
    private final String text = token.without("exp").sign();

    private Use use() {
        return new Use(TestTokens.ORGANIZATION, token.subject(), bench.fake.wallMillis());
    }

    private void passes(Duration time) {
        bench.fake.advance(time);
        bench.trust.confirm(bench.fresh(), Set.of(TrustPart.INSTALLATION, TestTokens.ORGANIZATION));
    }

    @Test
    void whatWasAcceptedIsReportedOnce() {
        assertEquals(List.of(), bench.verifier.takeUses());
        bench.assertAccepted(text);
        assertEquals(List.of(use()), bench.verifier.takeUses());
        assertEquals(List.of(), bench.verifier.takeUses());
    }

    @Test
    void itIsReportedAgainAfterFiveMinutes() {
        bench.assertAccepted(text);
        bench.verifier.takeUses();
        passes(Duration.ofMinutes(5).minusMillis(1));
        bench.assertAccepted(text);
        assertEquals(List.of(), bench.verifier.takeUses());
        passes(Duration.ofSeconds(1));
        bench.assertAccepted(text);
        assertEquals(List.of(use()), bench.verifier.takeUses());
    }

    @Test
    void whatWasRefusedWasNotUsed() {
        assertEquals(
                Reason.PERMISSION_DENIED,
                VerifierBench.reason(
                        bench.check(text, "organization.update", ResourcePath.organization(TestTokens.ORGANIZATION))));
        assertEquals(List.of(), bench.verifier.takeUses());
    }

    @Test
    void theOperatorsTokenIsNobodysBusiness() {
        bench.assertAccepted(TestTokens.of(Kind.PLATFORM).sign());
        assertEquals(List.of(), bench.verifier.takeUses());
    }
}
