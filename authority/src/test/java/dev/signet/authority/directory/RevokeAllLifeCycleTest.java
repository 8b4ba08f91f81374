package dev.signet.authority.directory;

import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.tokens.ApiKeys.WithSecret;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.Tokens.WithValue;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an organization does when it no longer knows which of its credentials are in whose hands. */
final class RevokeAllLifeCycleTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private ResourcePath deployment;
    private Call owner;
    private WithValue token;
    private WithValue inGrace;
    private WithSecret apiKey;
    private String access;
    private String user;
    private Call asUser;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        verifier = authority.verifier();
        organization = authority.organization();
        owner = authority.owner(organization);
        deployment = authority.deployment(owner, authority.workspace(owner, organization));
        token = authority.issue(owner, deployment, "DEPLOYMENT_ADMIN");
        inGrace = authority.issue(owner, deployment, null);
        authority.tokens().rotate(owner, organization.id(), inGrace.token().id(), Duration.ofHours(1), Retry.NEVER);
        apiKey = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        access = exchange(apiKey);
        String person = authority
                .people()
                .invite(owner, organization.id(), "a@example.org", "ORGANIZATION_OWNER")
                .id();
        user = authority
                .userTokens()
                .create(owner, organization.id(), person, Duration.ofHours(1))
                .value();
        asUser = authority.verified(user);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private String exchange(WithSecret key) {
        return authority.apiKeys().exchange(key.key().id(), key.secret(), "").value();
    }

    private int revokeAll(Call by) {
        return authority.directory().revokeAll(by, organization).value();
    }

    private void assertEnded(Call call) {
        refused(Code.UNAUTHENTICATED, () -> authority.tokens().whoAmI(call));
    }

    @Test
    void everyCredentialEndsAtTheVerifierAndAtTheAuthority() {
        Call asToken = authority.verified(token.value());
        Call asAccess = authority.verified(access);
        assertEquals(1, revokeAll(owner), "API keys that were deleted");
        assertEquals(Reason.EPOCH, reason(verifier, token.value()));
        assertEquals(Reason.EPOCH, reason(verifier, inGrace.value()));
        assertEquals(Reason.EPOCH, reason(verifier, user));
        assertEquals(Reason.REVOKED, reason(verifier, access));
        for (Call call : List.of(owner, asToken, asAccess, asUser)) {
            assertEnded(call);
        }
        refused(Code.UNAUTHENTICATED, () -> authority.userTokens().renew(asUser));
        refused(Code.UNAUTHENTICATED, () -> exchange(apiKey));
        refused(Code.UNAUTHENTICATED, () -> revokeAll(owner));
    }

    @Test
    void aFreshOwnerTakesUpWhatIsLeft() {
        revokeAll(owner);
        Call fresh = authority.owner(organization);
        String rotated = authority
                .tokens()
                .rotate(fresh, organization.id(), token.token().id(), Duration.ofHours(1), Retry.NEVER)
                .value()
                .value();
        assertTrue(isGood(verifier, rotated));
        assertEquals(
                token.token().id(),
                authority.tokens().whoAmI(authority.verified(rotated)).claims().subject());
        assertEquals(Reason.REVOKED, reason(verifier, token.value()), "what an epoch has ended gets no grace");
        assertEquals(List.of(), authority.apiKeys().list(fresh, deployment, "", 10));
        WithSecret again = authority.apiKeys().create(fresh, deployment, "another key", "", Retry.NEVER);
        assertTrue(isGood(verifier, exchange(again)));
        String renewed = authority
                .userTokens()
                .create(fresh, organization.id(), asUser.subject(), Duration.ofHours(1))
                .value();
        assertTrue(isGood(verifier, renewed));
        assertTrue(isGood(
                verifier,
                authority.userTokens().renew(authority.verified(renewed)).value()));
    }

    @Test
    void theOperatorMayToo() {
        assertEquals(1, revokeAll(authority.platform()));
        assertEnded(owner);
        assertEquals(0, revokeAll(authority.platform()));
    }

    /** Whoever asks again must not take what was revoked for a token that is good. */
    @Test
    void whatARequestMadeBeforeIsNotMadeAgain() {
        Tokens.NewToken request = new Tokens.NewToken(
                organization,
                "a token",
                "",
                Map.of(organization, "ORGANIZATION_OWNER"),
                null,
                "",
                new Retry("one", "same"));
        authority.tokens().create(authority.platform(), request);
        revokeAll(authority.platform());
        assertEquals(
                "VALUE_ENDED",
                refused(Code.FAILED_PRECONDITION, () -> authority.tokens().create(authority.platform(), request))
                        .reason());
    }

    @Test
    void otherOrganizationsAndTheOperatorAreUntouched() {
        ResourcePath other = authority.organization();
        Call stranger = authority.owner(other);
        WithValue theirs = authority.issue(stranger, other, "ORGANIZATION_MEMBER");
        revokeAll(owner);
        assertTrue(isGood(verifier, theirs.value()));
        assertEquals(other.id(), authority.tokens().whoAmI(stranger).organization());
        assertEquals(
                0, authority.directory().revokeAll(authority.platform(), other).value());
    }

    @Test
    void strangersLearnNothingAndMembersMayNot() {
        Call stranger = authority.owner(authority.organization());
        Call member = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        Call deployed = authority.verified(token.value());
        refused(Code.NOT_FOUND, () -> revokeAll(stranger));
        refused(Code.PERMISSION_DENIED, () -> revokeAll(member));
        refused(Code.PERMISSION_DENIED, () -> revokeAll(deployed));
        ResourcePath unheardOf = ResourcePath.organization("org_01kjmma2kvfdzb16r4pe6xfbq4");
        refused(Code.NOT_FOUND, () -> authority.directory().revokeAll(authority.platform(), unheardOf));
        refused(Code.NOT_FOUND, () -> authority.directory().revokeAll(owner, unheardOf));
        assertTrue(isGood(verifier, token.value()));
        assertTrue(isGood(verifier, access));
        assertEquals(organization.id(), authority.tokens().whoAmI(owner).organization());
    }

    @Test
    void itHoldsAfterARestart() {
        revokeAll(owner);
        authority.close();
        authority = TestAuthority.open(data, 2);
        assertEquals(Reason.EPOCH, reason(authority.verifier(), token.value()));
        assertEquals(Reason.REVOKED, reason(authority.verifier(), access));
        assertEnded(owner);
    }

    /** What locks an organization keeps its members waiting, so nobody else may, however shortly. */
    @Test
    void whoMayNotDoesNotGetAsFarAsALock() {
        AtomicInteger writes = new AtomicInteger();
        Path folder = data.resolve("counted");
        try (TestAuthority counted =
                TestAuthority.open(TestAuthority.config(folder), new FakeClock(), 2, new TestAuthority.Surrounding() {
                    @Override
                    public Ledger published(Ledger published) {
                        return new ForwardingLedger(published) {
                            @Override
                            public <T> Committed<T> write(Function<Transaction, T> work) {
                                writes.incrementAndGet();
                                return super.write(work);
                            }
                        };
                    }
                })) {
            ResourcePath own = counted.organization();
            Call member = counted.owner(own);
            Call stranger = counted.owner(counted.organization());
            writes.set(0);
            refused(Code.NOT_FOUND, () -> counted.directory().revokeAll(stranger, own));
            refused(Code.NOT_FOUND, () -> counted.directory().deleteOrganization(stranger, own));
            refused(Code.PERMISSION_DENIED, () -> counted.directory().deleteOrganization(member, own));
            assertEquals(0, writes.get());
        }
    }
}
