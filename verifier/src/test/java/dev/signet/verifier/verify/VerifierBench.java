package dev.signet.verifier.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.Verdict.Accepted;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.Verdict.Rejected;
import java.util.Objects;

/** A verifier with a current trust state, in which {@link TestTokens} are good. */
final class VerifierBench {
    static final TestKey KEY = TestKey.shared(Algorithm.ES256);

    final FakeClocks fake = new FakeClocks();
    final TrustState trust = new TrustState();
    final TokenVerifier verifier;
    private long revision = TestTokens.GRANTS_REVISION;

    VerifierBench() {
        this(VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE));
    }

    VerifierBench(VerifierConfig config) {
        verifier = new TokenVerifier(config, trust, fake.clocks());
        trust.replace(TestTrust.installation(revision, fresh(), KEY));
        trust.replace(TestTrust.organization(revision, fresh()));
    }

    Freshness fresh() {
        return Freshness.now(fake.clocks()).answered(fake.wallMillis());
    }

    InstallationTrust installation() {
        return Objects.requireNonNull(trust.installation());
    }

    OrganizationTrust organization() {
        return Objects.requireNonNull(trust.organization(TestTokens.ORGANIZATION));
    }

    /** Commits a change of the tokens' organization. */
    void change(TrustChange change) {
        trust.apply(TestTokens.ORGANIZATION, change, ++revision, organization().revision());
    }

    void changeInstallation(TrustChange change) {
        trust.apply(TrustPart.INSTALLATION, change, ++revision, installation().revision());
    }

    void keyIs(KeyState state) {
        changeInstallation(new TrustChange.KeyChanged(TestTrust.trusted(KEY, state)));
    }

    Accepted assertAccepted(String token) {
        return assertInstanceOf(Accepted.class, verifier.verify(token));
    }

    void assertRejected(Reason reason, String token) {
        assertEquals(reason, reason(verifier.verify(token)));
    }

    static Reason reason(Verdict verdict) {
        return assertInstanceOf(Rejected.class, verdict).reason();
    }

    Verdict check(String token, String permission, ResourcePath resource) {
        return verifier.check(token, permission, resource);
    }
}
