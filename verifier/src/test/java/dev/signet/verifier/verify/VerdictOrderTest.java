package dev.signet.verifier.verify;

import static dev.signet.verifier.testkit.TestTokens.STATUS_INDEX;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict.Accepted;
import dev.signet.verifier.verify.Verdict.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * A token about which everything is wrong, put right one thing at a time: each check speaks before the next one. What
 * an attacker can bring about by a forged token is said before anything about the trust state.
 */
class VerdictOrderTest {
    private static final ResourcePath ELSEWHERE =
            ResourcePath.workspace(TestTokens.ORGANIZATION, TestTokens.OTHER_WORKSPACE);

    private final VerifierBench bench = new VerifierBench();
    private TestTokens token = TestTokens.of(Kind.WORKSPACE)
            .signedBy(TestKey.fresh("stranger", Algorithm.ES256))
            .header("alg", "none")
            .header("crit", List.of("exp"))
            .with("iss", "https://elsewhere.test")
            .with("aud", "another")
            .with("org", TestTokens.OTHER_ORGANIZATION)
            .with("iat", TestTokens.NOW.getEpochSecond() + 3_600)
            .with("exp", TestTokens.NOW.getEpochSecond() + 3_700);

    @Test
    void theChecksSpeakInTheirOrder() {
        bench.change(new TrustChange.Revoked(Indexes.of(STATUS_INDEX)));
        bench.change(new TrustChange.EpochRaised(1_000));
        bench.fake.advance(Duration.ofMinutes(5));

        assertNext(Reason.MALFORMED);
        token = token.withoutHeader("crit");
        assertNext(Reason.UNSUPPORTED_ALGORITHM);
        token = token.header("alg", "ES256");
        assertNext(Reason.UNKNOWN_KEY);
        token = token.header("kid", VerifierBench.KEY.id());
        bench.keyIs(KeyState.REVOKED);
        assertNext(Reason.REVOKED_KEY);
        bench.keyIs(KeyState.ACTIVE);
        assertNext(Reason.BAD_SIGNATURE);
        token = token.signedBy(VerifierBench.KEY);
        assertNext(Reason.WRONG_ISSUER);
        token = token.with("iss", TestTokens.ISSUER);
        assertNext(Reason.WRONG_AUDIENCE);
        token = token.with("aud", TestTokens.AUDIENCE);
        assertNext(Reason.NOT_YET_VALID);
        token = token.with("iat", TestTokens.NOW.getEpochSecond() - 7_200);
        token = token.with("exp", TestTokens.NOW.getEpochSecond() - 3_600);
        assertNext(Reason.EXPIRED);
        token = token.with("exp", TestTokens.NOW.getEpochSecond() + 3_600);
        assertNext(Reason.NOT_LOADED);
        token = token.with("org", TestTokens.ORGANIZATION);
        assertNext(Reason.REVOKED);
        token = token.with("status", TestTokens.status(STATUS_INDEX + 1));
        assertNext(Reason.EPOCH);
        token = token.with("grants_rev", 1_000);
        assertNext(Reason.PERMISSION_DENIED);
        token = token.grants(Map.of(TestTokens.OTHER_WORKSPACE, List.of("WORKSPACE_OPERATOR")));
        assertNext(Reason.STALE_TRUST);
        bench.trust.confirm(bench.fresh(), Set.of("", TestTokens.ORGANIZATION));
        assertEquals(Accepted.class, verdict(token.sign()).getClass());
    }

    @Test
    void aSignedTokenWithRubbishInsideIsMalformedAndAForgedOneIsABadSignature() {
        String header = TestTokens.of(Kind.USER).headerJson();
        TestKey impostor = TestKey.fresh(VerifierBench.KEY.id(), Algorithm.ES256);
        bench.assertRejected(Reason.MALFORMED, TestTokens.sign(VerifierBench.KEY, header, "{}"));
        bench.assertRejected(Reason.BAD_SIGNATURE, TestTokens.sign(impostor, header, "{}"));
    }

    private void assertNext(Reason reason) {
        String text = token.sign();
        assertEquals(reason, VerifierBench.reason(verdict(text)));
        assertEquals(reason, VerifierBench.reason(verdict(text)), "remembered or not, the verdict is the same");
    }

    private Verdict verdict(String text) {
        return bench.check(text, "deployment.deploys.create", ELSEWHERE);
    }
}
