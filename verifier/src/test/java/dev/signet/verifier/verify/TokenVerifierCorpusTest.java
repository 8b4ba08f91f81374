package dev.signet.verifier.verify;

import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict.Rejected;

/** The corpus, presented to the library. */
final class TokenVerifierCorpusTest extends DoorContract {
    TokenVerifierCorpusTest() {
        super("library");
    }

    @Override
    protected Door open() {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust().state(), trust().clocks());
        ResourcePath resource = ResourcePath.parse(Door.RESOURCE).orElseThrow();
        return new Door() {
            @Override
            public String ask(String token) {
                return verifier.check(token, PERMISSION, resource) instanceof Rejected rejected
                        ? rejected.reason().name()
                        : ACCEPTED;
            }

            @Override
            public boolean asksForPermission() {
                return true;
            }
        };
    }

    @Override
    protected void shut() {}
}
