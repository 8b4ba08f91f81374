package dev.signet.authority.feed;

import static dev.signet.authority.Verdicts.grants;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.reason;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.ApiKey;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.Person;
import dev.signet.authority.tokens.PlatformTokens;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When bits and overrides leave the trust state, to the moment. */
@Timeout(120)
final class ForgettingTest {
    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration DAY = Duration.ofDays(1);

    /** The skew, the maximum staleness, and an hour. */
    private static final Duration MARGIN = Duration.ofSeconds(30 + 60).plusHours(1);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private ResourcePath workspace;
    private String org;
    private Call owner;
    private Forgetting forgetting;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        verifier = authority.verifier();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        forgetting = new Forgetting(authority.ledger(), authority.clock());
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private OrganizationTrust part() {
        return requireNonNull(authority.publisher().state().organization(org));
    }

    private Tokens.WithValue issue(Integer days) {
        return tokens.create(owner, TestAuthority.newToken(organization, "a token", "", "ORGANIZATION_MEMBER", days));
    }

    private void later(Duration by) {
        authority.clock().advance(by);
        forgetting.run();
    }

    /** Goes on to a whole second: tokens are issued, and expire, at one. */
    private void atSecond() {
        Instant now = authority.clock().instant();
        authority
                .clock()
                .advance(Duration.between(
                        now, now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1)));
    }

    private void assertDroppedAfter(Duration wait, int index) {
        later(wait);
        assertTrue(part().revoked().contains(index), "at the last moment");
        later(TICK);
        assertFalse(part().revoked().contains(index), "a moment later");
        assertEquals(Map.of(), part().ending());
    }

    @Test
    void theBitOfADeletedTokenGoesLongAfterItExpired() {
        atSecond();
        Tokens.WithValue bystander = issue(3);
        Tokens.WithValue token = issue(1);
        tokens.delete(owner, org, token.token().id());
        tokens.delete(owner, org, bystander.token().id());
        assertDroppedAfter(DAY.plus(MARGIN), token.token().value().index());
        assertEquals(Reason.EXPIRED, reason(verifier, token.value()));
        assertEquals(Indexes.of(bystander.token().value().index()), part().revoked());
    }

    @Test
    void aValueThatNeverExpiresKeepsItsBit() {
        Tokens.WithValue token = issue(null);
        tokens.delete(owner, org, token.token().id());
        later(Duration.ofDays(100_000));
        assertEquals(Reason.REVOKED, reason(verifier, token.value()));
    }

    @Test
    void theLargestStalenessThatWasEverInForceCounts() {
        atSecond();
        Tokens.WithValue token = issue(1);
        tokens.delete(owner, org, token.token().id());
        for (int seconds : List.of(7_200, 5)) {
            authority.ledger().write(tx -> {
                tx.announce(
                        TrustPart.INSTALLATION,
                        new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(seconds))));
                return tx;
            });
        }
        assertDroppedAfter(
                DAY.plus(MARGIN).minusSeconds(60).plusSeconds(7_200),
                token.token().value().index());
    }

    @Test
    void aGraceThatIsOverBecomesABitAndGoesWithTheExpiryOfItsValue() {
        atSecond();
        Tokens.WithValue old = issue(2);
        int index = old.token().value().index();
        Tokens.WithValue fresh = tokens.rotate(owner, org, old.token().id(), Duration.ofHours(1), Retry.NEVER)
                .value();
        later(Duration.ofHours(1).plusSeconds(30));
        assertEquals(Set.of(index), part().ending().keySet());
        later(TICK);
        assertEquals(Map.of(), part().ending());
        assertTrue(part().revoked().contains(index));
        assertEquals(Reason.REVOKED, reason(verifier, old.value()));
        assertTrue(isGood(verifier, fresh.value()));
        assertEquals(null, tokens.get(owner, org, old.token().id()).previous());
        assertDroppedAfter(
                DAY.multipliedBy(2)
                        .plus(MARGIN)
                        .minus(Duration.ofHours(1).plusSeconds(30).plus(TICK)),
                index);
    }

    @Test
    void aValueThatExpiresWithinItsGraceIsForgottenForGoodToo() {
        atSecond();
        Tokens.WithValue old = issue(1);
        authority.clock().advance(Duration.ofHours(23));
        tokens.rotate(owner, org, old.token().id(), Duration.ofHours(24), Retry.NEVER);
        later(Duration.ofHours(1).plus(MARGIN).plus(TICK));
        assertEquals(Map.of(), part().ending());
        tokens.rotate(owner, org, old.token().id(), Duration.ZERO, Retry.NEVER);
        assertTrue(part().revoked().contains(old.token().value().index()));
        later(Duration.ZERO);
        assertFalse(part().revoked().contains(old.token().value().index()));
    }

    @Test
    void theBitOfAnApiKeyGoesWhenNoBackupBringsItBack() {
        ResourcePath deployment = authority.deployment(owner, workspace);
        ApiKey deleted = key(deployment);
        ApiKey all = key(deployment);
        authority.apiKeys().delete(owner, deployment, deleted.id());
        assertDroppedAfter(EndedValue.KEY_REMEMBERED.plus(MARGIN), deleted.index());
        authority.directory().revokeAll(owner, organization);
        assertDroppedAfter(EndedValue.KEY_REMEMBERED.plus(MARGIN), all.index());
    }

    private ApiKey key(ResourcePath deployment) {
        return authority
                .apiKeys()
                .create(owner, deployment, "a key", "", Retry.NEVER)
                .key();
    }

    @Test
    void whatEndsWithItsDeploymentIsForgottenLikeTheRest() {
        atSecond();
        ResourcePath deployment = authority.deployment(owner, workspace);
        ApiKey key = key(deployment);
        Tokens.WithValue token = tokens.create(owner, TestAuthority.newToken(deployment, "a token", "", null, 1));
        Tokens.WithValue rotated = tokens.rotate(owner, org, token.token().id(), Duration.ofHours(24), Retry.NEVER)
                .value();
        authority.directory().delete(owner, deployment);
        assertDroppedAfter(EndedValue.KEY_REMEMBERED.plus(MARGIN), key.index());
        later(DAY);
        assertFalse(part().revoked().contains(token.token().value().index()));
        assertFalse(part().revoked().contains(rotated.token().value().index()));
    }

    @Test
    void theBitOfAUserGoesWhenNoBackupBringsThemBack() {
        Person person = authority.people().invite(owner, org, "ada@example.com", "ORGANIZATION_MEMBER");
        String token = authority
                .userTokens()
                .create(owner, org, person.id(), Person.LONGEST_LIFETIME)
                .value();
        authority.people().remove(owner, org, person.id());
        assertEquals(Reason.REVOKED, reason(verifier, token));
        assertDroppedAfter(EndedValue.PERSON_REMEMBERED.plus(MARGIN), person.index());
        assertEquals(Reason.EXPIRED, reason(verifier, token));
    }

    @Test
    void theBitOfAPlatformTokenGoesLongAfterItExpired() {
        atSecond();
        int index = authority.platform().claims().statusIndex();
        Duration left = Duration.between(
                authority.clock().instant(),
                requireNonNull(authority.platform().claims().expiry()));
        PlatformTokens platform = new PlatformTokens(
                authority.minter(),
                TestAuthority.AUDIENCE,
                authority.ids(),
                authority.clock(),
                data.resolve("platform-token"));
        authority.ledger().write(tx -> {
            platform.reset(tx);
            return tx;
        });
        later(left.plus(MARGIN));
        assertEquals(Indexes.of(index), installationList());
        later(TICK);
        assertEquals(Indexes.NONE, installationList());
    }

    private Indexes installationList() {
        return requireNonNull(authority.publisher().state().installation()).revoked();
    }

    @Test
    void anOverrideStaysUntilTheValueIsRotatedAway() {
        Tokens.WithValue old = issue(null);
        String id = old.token().id();
        tokens.setGrant(owner, org, id, workspace, "WORKSPACE_OWNER", null);
        later(Duration.ofDays(1_000));
        assertEquals(Set.of(id), part().overrides().keySet());
        Tokens.WithValue second =
                tokens.rotate(owner, org, id, Duration.ofHours(1), Retry.NEVER).value();
        later(Duration.ofHours(1));
        assertTrue(isGood(verifier, old.value()), "within its grace");
        assertEquals(second.token().grants(), grants(verifier, old.value()));
        later(Duration.ofSeconds(30).plus(TICK));
        assertEquals(Map.of(), part().overrides());
        assertEquals(second.token().grants(), grants(verifier, second.value()));
        tokens.removeGrant(owner, org, id, workspace);
        later(DAY);
        assertEquals(Set.of(id), part().overrides().keySet());
        tokens.rotate(owner, org, id, Duration.ZERO, Retry.NEVER);
        later(Duration.ZERO);
        assertEquals(Map.of(), part().overrides());
    }

    @Test
    void anOverrideGoesWithItsTokenOrLongAfterTheValueExpired() {
        atSecond();
        Tokens.WithValue deleted = issue(null);
        Tokens.WithValue expiring = issue(1);
        for (Tokens.WithValue each : List.of(deleted, expiring)) {
            tokens.setGrant(owner, org, each.token().id(), workspace, "WORKSPACE_OWNER", null);
        }
        tokens.delete(owner, org, deleted.token().id());
        later(DAY.plus(MARGIN));
        assertEquals(Set.of(expiring.token().id()), part().overrides().keySet());
        later(TICK);
        assertEquals(Map.of(), part().overrides());
    }

    @Test
    void grantsThatOnlyTheFeedTellsStay() {
        Map<ResourcePath, String> roles = new HashMap<>(Map.of(organization, "ORGANIZATION_MEMBER"));
        for (int i = 0; i < 40; i++) {
            roles.put(authority.workspace(owner, organization), "WORKSPACE_OWNER");
        }
        Tokens.WithValue token =
                tokens.create(owner, new Tokens.NewToken(organization, "a token", "", roles, null, "", Retry.NEVER));
        assertEquals(Set.of(token.token().id()), part().overrides().keySet());
        later(Duration.ofDays(1_000));
        assertEquals(token.token().grants(), grants(verifier, token.value()));
        tokens.delete(owner, org, token.token().id());
        later(Duration.ZERO);
        assertEquals(Map.of(), part().overrides());
    }

    @Test
    void theOverrideOfAUserOutlivesEveryTokenMadeBefore() {
        Person person = authority.people().invite(owner, org, "ada@example.com", "ORGANIZATION_MEMBER");
        Person gone = authority.people().invite(owner, org, "bob@example.com", "ORGANIZATION_MEMBER");
        for (Person each : List.of(person, gone)) {
            authority.people().setGrant(owner, org, each.id(), workspace, "WORKSPACE_OWNER");
        }
        authority.people().remove(owner, org, gone.id());
        forgetting.run();
        assertEquals(Set.of(person.id()), part().overrides().keySet());
        later(EndedValue.PERSON_REMEMBERED.plus(MARGIN));
        assertEquals(Set.of(person.id()), part().overrides().keySet());
        authority.people().setGrant(owner, org, person.id(), workspace, "WORKSPACE_MEMBER");
        later(TICK);
        assertEquals(Set.of(person.id()), part().overrides().keySet(), "a newer one");
        later(EndedValue.PERSON_REMEMBERED.plus(MARGIN));
        assertEquals(Set.of(person.id()), part().overrides().keySet());
        later(TICK);
        assertEquals(Map.of(), part().overrides());
        assertEquals(
                2,
                authority
                        .people()
                        .get(owner, org, person.id())
                        .grants()
                        .byResource()
                        .size());
    }

    @Test
    void nothingIsKeptOfADeletedOrganization() {
        Tokens.WithValue token = issue(1);
        tokens.setGrant(owner, org, token.token().id(), workspace, "WORKSPACE_OWNER", null);
        tokens.delete(owner, org, issue(1).token().id());
        authority.directory().deleteOrganization(authority.platform(), organization);
        assertEquals(Indexes.NONE, part().revoked());
        assertEquals(Map.of(), part().overrides());
        assertEquals(Reason.REVOKED, reason(verifier, token.value()));
        long revision = part().revision();
        later(Duration.ofDays(100));
        assertEquals(revision, part().revision());
    }

    @Test
    void moreThanFitsIntoOneChangeIsForgottenInSeveral() {
        int count = 25_000;
        authority.ledger().write(tx -> {
            tx.revoke(
                    org,
                    IntStream.range(0, count)
                            .mapToObj(i -> new EndedValue(
                                    1_000_000 + i, authority.clock().instant()))
                            .toList());
            return tx;
        });
        long before = authority.unpublished().read(tx -> tx.trust().head());
        later(MARGIN.plus(TICK));
        assertEquals(Indexes.NONE, part().revoked());
        long after = authority.unpublished().read(tx -> tx.trust().head());
        assertEquals(before + 3, after);
    }
}
