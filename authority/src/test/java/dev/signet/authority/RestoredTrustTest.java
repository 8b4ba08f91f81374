package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.feed.Forgetting;
import dev.signet.authority.store.Person;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.KeyState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What changed after a backup, and what of it is in force once that was restored with a verifier's trust state. */
final class RestoredTrustTest extends RestoringHouse {

    /** What a verifier of these organizations knows now is merged. */
    private TestAuthority merged(ResourcePath... organizations) throws IOException {
        keepTrust(List.of(organizations));
        takeMasterKey();
        restore(true, trustState, head(authority), false);
        return restored();
    }

    private boolean isGood(TestAuthority restored, String value) {
        return Verdicts.isGood(restored.verifier(), value);
    }

    @Test
    void customRolesAreAsTheyWereLast() throws IOException {
        String org = organization.organization();
        CustomRole much = new CustomRole(Set.of("deployment.get", "deployment.update"), Set.of());
        CustomRole little = new CustomRole(Set.of("deployment.get"), Set.of());
        StoredRole narrowed =
                authority.customRoles().create(owner, org, "narrowed", "", much).value();
        StoredRole deleted =
                authority.customRoles().create(owner, org, "deleted", "", much).value();
        Tokens.WithValue a = authority.issue(owner, deployment, narrowed.id());
        Tokens.WithValue b = authority.issue(owner, deployment, deleted.id());
        backUp();
        authority.customRoles().update(owner, org, narrowed.id(), null, null, little.permissions(), null, null);
        authority.tokens().update(owner, org, b.token().id(), null, null, Map.of(deployment, narrowed.id()), null);
        authority.customRoles().delete(owner, org, deleted.id());

        try (TestAuthority restored = merged(organization)) {
            for (Tokens.WithValue each : List.of(a, b)) {
                assertTrue(Verdicts.may(restored.verifier(), each.value(), "deployment.get", deployment));
                assertFalse(Verdicts.may(restored.verifier(), each.value(), "deployment.update", deployment));
            }
            assertEquals(
                    little,
                    restored.customRoles().get(owner, org, narrowed.id()).role());
            Verdicts.refused(Code.NOT_FOUND, () -> restored.customRoles().get(owner, org, deleted.id()));
        }
    }

    @Test
    void whatEndedWithItsParentStaysEnded() throws IOException {
        ResourcePath gone = authority.organization();
        String ofGone = authority.issue(authority.platform(), gone, OWNER).value();
        Tokens.WithValue token = authority.issue(owner, deployment, null);
        ApiKeys.WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        String access =
                authority.apiKeys().exchange(key.key().id(), key.secret(), "").value();
        Tokens.WithValue other = authority
                .tokens()
                .create(
                        owner,
                        new Tokens.NewToken(
                                organization,
                                "another",
                                "",
                                Map.of(organization, "ORGANIZATION_MEMBER", deployment, "DEPLOYMENT_ADMIN"),
                                null,
                                "",
                                Retry.NEVER));
        backUp();
        authority.directory().delete(owner, deployment);
        authority.directory().deleteOrganization(authority.platform(), gone);
        ResourcePath made = authority.organization();
        String ofMade = authority.issue(authority.platform(), made, OWNER).value();

        try (TestAuthority restored = merged(organization, gone, made)) {
            for (String value : List.of(ofGone, ofMade, token.value(), access)) {
                assertFalse(isGood(restored, value));
            }
            assertFalse(isExchanged(restored, key));
            assertTrue(isGood(restored, other.value()));
            assertFalse(Verdicts.may(restored.verifier(), other.value(), "deployment.get", deployment));
            Verdicts.refused(Code.NOT_FOUND, () -> restored.directory().get(restored.platform(), gone));
            // It is there again, with nothing in it.
            assertEquals(List.of(), restored.apiKeys().list(owner, deployment, "", 10));
        }
    }

    @Test
    void aGraceGoesOnAndEndsWhenItShould() throws IOException {
        String org = organization.organization();
        Tokens.WithValue running = authority.issue(owner, organization, OWNER);
        Tokens.WithValue cut = authority.issue(owner, organization, OWNER);
        authority.tokens().rotate(owner, org, cut.token().id(), Duration.ofHours(6), Retry.NEVER);
        backUp();
        Tokens.WithValue fresh = authority
                .tokens()
                .rotate(owner, org, running.token().id(), Duration.ofHours(6), Retry.NEVER)
                .value();
        authority.tokens().rotate(owner, org, cut.token().id(), Duration.ZERO, Retry.NEVER);

        try (TestAuthority restored = merged(organization)) {
            assertTrue(isGood(restored, running.value()));
            assertFalse(isGood(restored, cut.value()));
            assertFalse(isGood(restored, fresh.value()), "nobody here could list or revoke it");
            clock.advance(Duration.ofHours(7));
            assertFalse(isGood(restored, running.value()));
        }
    }

    @Test
    void noIndexIsHandedOutTwice() throws IOException {
        backUp();
        List<Tokens.WithValue> lost = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            lost.add(authority.issue(owner, organization, OWNER));
        }
        int highest = lost.stream()
                .mapToInt(each -> each.token().value().index())
                .max()
                .orElseThrow();
        try (TestAuthority restored = merged(organization)) {
            lost.forEach(each -> assertFalse(isGood(restored, each.value())));
            for (int i = 0; i < 5; i++) {
                Tokens.WithValue fresh = restored.issue(owner, organization, OWNER);
                assertTrue(fresh.token().value().index() > highest);
                assertTrue(isGood(restored, fresh.value()));
                restored.tokens()
                        .delete(
                                owner,
                                organization.organization(),
                                fresh.token().id());
            }
            assertTrue(isGood(restored, owner.credential().text()));
        }
    }

    @Test
    void usersAreAsTheyWereLast() throws IOException {
        String org = organization.organization();
        Person removed = authority.people().invite(owner, org, "removed@example.com", OWNER);
        Person demoted = authority.people().invite(owner, org, "demoted@example.com", OWNER);
        String ofRemoved = userToken(authority, removed);
        String ofDemoted = userToken(authority, demoted);
        backUp();
        authority.people().remove(owner, org, removed.id());
        authority.people().setGrant(owner, org, demoted.id(), organization, "ORGANIZATION_MEMBER");

        try (TestAuthority restored = merged(organization)) {
            assertFalse(isGood(restored, ofRemoved));
            Verdicts.refused(Code.NOT_FOUND, () -> restored.people().get(owner, org, removed.id()));
            for (String value : List.of(ofDemoted, userToken(restored, demoted))) {
                assertEquals(
                        List.of("ORGANIZATION_MEMBER"),
                        Verdicts.grants(restored.verifier(), value).on(org));
            }
        }
    }

    private String userToken(TestAuthority at, Person person) {
        return at.userTokens()
                .create(owner, organization.organization(), person.id(), Duration.ofHours(12))
                .value();
    }

    @Test
    void whatVerifiersWouldHaveForgottenByThenIsKnownForAMonth() throws IOException {
        String org = organization.organization();
        ApiKeys.WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        ApiKeys.WithSecret kept = authority.apiKeys().create(owner, deployment, "another", "", Retry.NEVER);
        Person demoted = authority.people().invite(owner, org, "demoted@example.com", OWNER);
        Person removed = authority.people().invite(owner, org, "removed@example.com", OWNER);
        backUp();
        authority.apiKeys().delete(owner, deployment, key.key().id());
        authority.people().remove(owner, org, removed.id());
        authority.people().setGrant(owner, org, demoted.id(), organization, "ORGANIZATION_MEMBER");
        Forgetting forgetting = new Forgetting(authority.ledger(), clock);
        forgetting.run();
        clock.advance(Duration.ofDays(29));
        forgetting.run();

        try (TestAuthority restored = merged(organization)) {
            assertFalse(isExchanged(restored, key));
            assertTrue(isExchanged(restored, kept));
            Verdicts.refused(Code.NOT_FOUND, () -> restored.people().get(owner, org, removed.id()));
            assertEquals(
                    List.of("ORGANIZATION_MEMBER"),
                    restored.people().get(owner, org, demoted.id()).grants().on(org));
        }
    }

    @Test
    void aBackupThatIsOlderThanThatCannotBeMerged() throws IOException {
        backUp();
        clock.advance(Duration.ofDays(31));
        keepTrust(List.of(organization));
        takeMasterKey();
        String message = refused(() -> restore(true, trustState, head(authority), false));
        assertTrue(message.contains("after 30 days") && message.contains("--raise-epochs"), message);
        restore(false, null, null, true);
        restored().close();
    }

    @Test
    void aKeyThatWasRetiredOrRevokedIsNotTrustedAgain() throws IOException {
        String former = activeKey(authority);
        backUp();
        clock.advance(Duration.ofMinutes(5));
        authority.signingKeys().rotate(authority.platform());
        String next = activeKey(authority);
        Tokens.WithValue later = authority.issue(owner, organization, OWNER);
        authority.signingKeys().revoke(authority.platform(), former);

        try (TestAuthority restored = merged(organization)) {
            assertEquals(
                    KeyState.REVOKED,
                    restored.signingKeys()
                            .get(restored.platform(), former)
                            .key()
                            .state());
            assertEquals(next, activeKey(restored), "it was in reserve at the backup");
            assertFalse(isGood(restored, owner.credential().text()));
            assertFalse(isGood(restored, later.value()));
            assertTrue(
                    isGood(restored, restored.owner(organization).credential().text()));
        }
    }

    @Test
    void aKeyThatSignsNoMoreDoesNotSignAgain() throws IOException {
        String former = activeKey(authority);
        backUp();
        clock.advance(Duration.ofMinutes(5));
        authority.signingKeys().rotate(authority.platform());

        try (TestAuthority restored = merged(organization)) {
            assertEquals(
                    KeyState.RETIRING,
                    restored.signingKeys()
                            .get(restored.platform(), former)
                            .key()
                            .state());
            assertFalse(former.equals(activeKey(restored)));
            assertTrue(isGood(restored, owner.credential().text()));
        }
    }

    private static String activeKey(TestAuthority at) {
        return at.signingKeys().list(at.platform()).stream()
                .filter(each -> each.key().state() == KeyState.ACTIVE)
                .map(each -> each.key().id())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void formerPlatformTokensAreRefused() throws IOException {
        Call former = authority.platform();
        backUp();
        try (TestAuthority restored = merged(organization)) {
            assertFalse(isGood(restored, former.credential().text()));
            assertTrue(isGood(restored, restored.platformText()));
        }
    }

    @Test
    void verifiersOfDifferentOrganizationsTellTogether() throws IOException {
        ResourcePath other = authority.organization();
        Call otherOwner = authority.owner(other);
        backUp();
        authority.tokens().delete(owner, organization.organization(), owner.subject());
        keepTrust(List.of(organization));
        Path first = Files.move(trustState, folder.resolve("first"));
        authority.tokens().delete(otherOwner, other.organization(), otherOwner.subject());
        keepTrust(List.of(other));
        takeMasterKey();
        long acknowledged = head(authority);
        List<Path> both = List.of(first, trustState);
        assertTrue(refused(() -> Keeping.restore(elsewhere, new RestoreConfig(backup, both, acknowledged, false)))
                .contains("reaches revision " + (acknowledged - 1)));
        assertTrue(refused(() -> Keeping.restore(elsewhere, new RestoreConfig(null, List.of(first), 1L, false)))
                .contains(other.organization()));
        Keeping.restore(elsewhere, new RestoreConfig(null, both, acknowledged - 1, false));
        try (TestAuthority restored = restored()) {
            Stream.of(owner, otherOwner)
                    .forEach(each ->
                            assertFalse(isGood(restored, each.credential().text())));
        }
    }

    @Test
    void anotherAuthoritysTrustStateIsRefusedAsSuch() throws IOException {
        backUp();
        keepTrust(List.of(organization));
        Path ours = Files.move(trustState, folder.resolve("ours"));
        try (TestAuthority stranger = TestAuthority.open(folder.resolve("stranger"), 9)) {
            TestAuthority own = authority;
            authority = stranger;
            keepTrust(List.of(stranger.organization()));
            authority = own;
        }
        takeMasterKey();
        String message = refused(() -> restore(true, trustState, 1L, false));
        assertTrue(message.contains("another authority's"), message);
        byte[] whole = Files.readAllBytes(ours);
        for (int length : new int[] {0, 10, whole.length / 2, whole.length - 1}) {
            Files.write(trustState, Arrays.copyOf(whole, length));
            assertTrue(refused(() -> restore(false, trustState, 1L, false)).startsWith("trust-state"));
        }
    }
}
