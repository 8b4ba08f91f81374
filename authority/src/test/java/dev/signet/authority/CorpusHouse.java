package dev.signet.authority;

import dev.signet.authority.access.Call;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.corpus.CorpusTrust;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * An authority of whose doors one goes by the corpus's trust state: the corpus's tokens are good as far as what is in
 * memory can tell, and so are those that this authority issues itself. Its store knows its own alone.
 */
public final class CorpusHouse implements AutoCloseable {
    private final TestAuthority authority;
    private final TokensConfig config = new TokensConfig(TestTokens.ISSUER, List.of(TestTokens.AUDIENCE));
    private final ResourcePath organization;
    private final Call owner;
    private final TokenVerifier verifier;

    /** @param trust what that one door goes by */
    public CorpusHouse(Path data, CorpusTrust trust) {
        authority = TestAuthority.open(TestAuthority.config(data, config), new FakeClock(), 1);
        organization = authority.organization();
        owner = authority.owner(organization);
        InstallationTrust installation =
                Objects.requireNonNull(authority.publisher().state().installation());
        OrganizationTrust part =
                Objects.requireNonNull(authority.publisher().state().organization(organization.organization()));
        trust.also(installation.keys(), part);
        verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust.state(), trust.clocks());
    }

    public TestAuthority authority() {
        return authority;
    }

    public TokensConfig config() {
        return config;
    }

    public ResourcePath organization() {
        return organization;
    }

    public Call owner() {
        return owner;
    }

    /** Goes by the corpus's trust state. */
    public TokenVerifier verifier() {
        return verifier;
    }

    @Override
    public void close() {
        authority.close();
    }
}
