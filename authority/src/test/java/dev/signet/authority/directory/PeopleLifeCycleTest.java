package dev.signet.authority.directory;

import static dev.signet.authority.Verdicts.grants;
import static dev.signet.authority.Verdicts.invalid;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.may;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.Person;
import dev.signet.authority.tokens.UserTokens;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Users: invited, given roles, let in for a day at most, removed. */
final class PeopleLifeCycleTest {
    @TempDir
    private Path data;

    private TestAuthority authority;
    private People people;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private String org;
    private ResourcePath workspace;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        people = authority.people();
        verifier = authority.verifier();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private Person invite(String email, String role) {
        return people.invite(owner, org, email, role);
    }

    private String token(Call by, Person person) {
        return authority
                .userTokens()
                .create(by, org, person.id(), Duration.ofHours(1))
                .value();
    }

    @Test
    void aPersonIsInvitedOnceAnAddress() {
        Person person = invite("Ada@Example.com", "ORGANIZATION_MEMBER");
        assertEquals("ada@example.com", person.email());
        assertEquals(person, people.get(owner, org, person.id()));
        assertEquals(
                "USER_EXISTS",
                refused(Code.ALREADY_EXISTS, () -> invite("ada@EXAMPLE.com", "ORGANIZATION_OWNER"))
                        .reason());
        ResourcePath other = authority.organization();
        people.invite(authority.platform(), other.organization(), "ada@example.com", "ORGANIZATION_OWNER");
        people.remove(owner, org, person.id());
        Person again = invite("ada@example.com", "ORGANIZATION_MEMBER");
        assertFalse(again.id().equals(person.id()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nobody", "a b@c", "@c", "a@", "a@b@c", "a\u0000@b"})
    void anAddressLooksLikeOne(String email) {
        assertEquals("email", invalid(() -> invite(email, "ORGANIZATION_MEMBER")));
    }

    @Test
    void rolesFitTheirPlace() {
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        ResourcePath deployment = authority.deployment(owner, workspace);
        assertEquals("organization_role", invalid(() -> invite("c@d", "WORKSPACE_OWNER")));
        assertEquals("organization_role", invalid(() -> invite("c@d", "")));
        assertEquals("role", invalid(() -> people.setGrant(owner, org, person.id(), workspace, "ORGANIZATION_OWNER")));
        assertEquals(
                "resource", invalid(() -> people.setGrant(owner, org, person.id(), deployment, "DEPLOYMENT_ADMIN")));
        assertEquals("resource", invalid(() -> people.removeGrant(owner, org, person.id(), organization)));
        ResourcePath elsewhere = authority.organization();
        assertEquals(
                "resource", invalid(() -> people.setGrant(owner, org, person.id(), elsewhere, "ORGANIZATION_OWNER")));
        refused(Code.NOT_FOUND, () -> people.removeGrant(owner, org, person.id(), workspace));
    }

    @Test
    void rolesReachTheTokensThatAreOut() {
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        String value = token(owner, person);
        people.setGrant(owner, org, person.id(), workspace, "WORKSPACE_OWNER");
        assertTrue(may(verifier, value, "workspace.update", workspace));
        assertEquals(List.of(people.get(owner, org, person.id())), people.list(owner, org, workspace, "", 10));
        people.setGrant(owner, org, person.id(), workspace, "WORKSPACE_MEMBER");
        assertFalse(may(verifier, value, "workspace.update", workspace));
        people.setGrant(owner, org, person.id(), organization, "ORGANIZATION_BILLING_ADMIN");
        assertTrue(may(verifier, value, "organization.billing.update", organization));
        people.removeGrant(owner, org, person.id(), workspace);
        assertEquals(Grants.of(org, "ORGANIZATION_BILLING_ADMIN"), grants(verifier, value));
        assertEquals(List.of(), people.list(owner, org, workspace, "", 10));
    }

    @Test
    void deletingAWorkspaceTakesOnlyTheRoleInIt() {
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        people.setGrant(owner, org, person.id(), workspace, "WORKSPACE_OWNER");
        String value = token(owner, person);
        authority.directory().delete(owner, workspace);
        assertEquals(Grants.of(org, "ORGANIZATION_MEMBER"), grants(verifier, value));
        assertEquals(
                Grants.of(org, "ORGANIZATION_MEMBER"),
                people.get(owner, org, person.id()).grants());
    }

    @Test
    void aUserTokenLivesForADayAtMost() {
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        for (Duration wrong : List.of(
                Duration.ZERO,
                Duration.ofMillis(999),
                Duration.ofHours(-1),
                Duration.ofHours(24).plusNanos(1))) {
            assertEquals("lifetime", invalid(() -> authority.userTokens().create(owner, org, person.id(), wrong)));
        }
        String value = authority
                .userTokens()
                .create(owner, org, person.id(), Duration.ofHours(24))
                .value();
        authority.clock().advance(Duration.ofHours(23));
        assertTrue(isGood(verifier, value));
        Call call = authority.verified(value);
        String renewed = authority.userTokens().renew(call).value();
        authority.clock().advance(Duration.ofHours(2));
        assertEquals(Reason.EXPIRED, reason(verifier, value));
        refused(Code.UNAUTHENTICATED, () -> authority.userTokens().renew(call));
        assertTrue(isGood(verifier, renewed));
        authority.clock().advance(Duration.ofHours(22).plusMinutes(1));
        assertEquals(Reason.EXPIRED, reason(verifier, renewed));
    }

    /** Else whoever has a token of somebody's once has one for ever. */
    @Test
    void nobodyLetsThemselvesInForLongerThanAMonth() {
        Person person = invite("a@b", "ORGANIZATION_OWNER");
        Instant begin = authority.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        Call call = authority.verified(authority
                .userTokens()
                .create(owner, org, person.id(), Duration.ofHours(24))
                .value());
        for (int day = 0; day < 29; day++) {
            authority.clock().advance(Duration.ofHours(23));
            call = authority.verified(authority.userTokens().renew(call).value());
            authority.clock().advance(Duration.ofHours(1));
            call = authority.verified(authority
                    .userTokens()
                    .create(call, org, person.id(), Duration.ofHours(24))
                    .value());
        }
        Instant end = begin.plus(Duration.ofDays(30));
        authority.clock().advance(Duration.ofHours(1));
        UserTokens.UserToken last = authority.userTokens().renew(call);
        assertEquals(end, last.expireTime());
        Call byLast = authority.verified(last.value());
        assertEquals(end, authority.userTokens().renew(byLast).expireTime());
        authority.clock().advance(Duration.between(authority.clock().instant(), end));
        assertEquals(
                "EXPIRED",
                refused(Code.UNAUTHENTICATED, () -> authority.userTokens().renew(byLast))
                        .reason());
        assertTrue(isGood(verifier, token(owner, person)), "somebody else lets them in again");
    }

    @Test
    void onlyAPersonRenewsAndOnlyTheirOwn() {
        assertEquals(
                "NOT_A_USER",
                refused(Code.FAILED_PRECONDITION, () -> authority.userTokens().renew(owner))
                        .reason());
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        Call call = authority.verified(token(owner, person));
        assertEquals(
                person.id(),
                authority
                        .verified(authority.userTokens().renew(call).value())
                        .claims()
                        .subject());
        refused(Code.PERMISSION_DENIED, () -> token(call, person));
    }

    @Test
    void removingAPersonEndsTheirTokensAndLeavesWhatTheyMade() {
        Person person = invite("a@b", "ORGANIZATION_OWNER");
        String first = token(owner, person);
        String second = token(owner, person);
        Call call = authority.verified(first);
        String made = authority.issue(call, workspace, "WORKSPACE_OWNER").value();
        ResourcePath deployment = authority.deployment(call, workspace);
        people.remove(owner, org, person.id());
        assertEquals(Reason.REVOKED, reason(verifier, first));
        assertEquals(Reason.REVOKED, reason(verifier, second));
        refused(Code.UNAUTHENTICATED, () -> authority.userTokens().renew(call));
        refused(Code.UNAUTHENTICATED, () -> authority.workspace(call, organization));
        assertTrue(may(verifier, made, "deployment.get", deployment));
        refused(Code.NOT_FOUND, () -> people.get(owner, org, person.id()));
        refused(Code.NOT_FOUND, () -> token(owner, person));
    }

    @Test
    void whoManagesPeopleHandsOutNoMoreThanTheyHold() {
        Person member = invite("a@b", "ORGANIZATION_MEMBER");
        Call asMember = authority.verified(token(owner, member));
        refused(Code.PERMISSION_DENIED, () -> people.invite(asMember, org, "c@d", "ORGANIZATION_MEMBER"));
        refused(
                Code.PERMISSION_DENIED,
                () -> people.setGrant(asMember, org, member.id(), organization, "ORGANIZATION_OWNER"));
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        people.setGrant(keeper, org, member.id(), workspace, "WORKSPACE_OWNER");
        refused(
                Code.PERMISSION_DENIED,
                () -> people.setGrant(keeper, org, member.id(), organization, "ORGANIZATION_OWNER"));
        people.removeGrant(keeper, org, member.id(), workspace);
        refused(Code.PERMISSION_DENIED, () -> people.remove(keeper, org, member.id()));
    }

    @Test
    void aPipelineAddsABatchOfPeople() {
        Call pipeline = authority.token(owner, organization, "ORGANIZATION_OWNER");
        invite("known@example.com", "ORGANIZATION_MEMBER");
        int refusals = 0;
        for (String email : List.of("ada@example.com", "known@example.com", "bob@example.com", "eve@example.com")) {
            try {
                Person person = people.invite(pipeline, org, email, "ORGANIZATION_MEMBER");
                people.setGrant(pipeline, org, person.id(), workspace, "WORKSPACE_AUTHOR");
            } catch (Refusal refusal) {
                assertEquals("USER_EXISTS", refusal.reason());
                refusals++;
            }
        }
        assertEquals(1, refusals, "one was there already, and keeps nobody else out");
        assertEquals(
                List.of("ada@example.com", "bob@example.com", "eve@example.com"),
                people.list(owner, org, workspace, "", 10).stream()
                        .map(Person::email)
                        .sorted()
                        .toList());
        assertEquals(4, people.list(owner, org, null, "", 10).size());
    }

    @Test
    void aWorkspacesTokenManagesItsPeople() {
        Person ada = invite("ada@example.com", "ORGANIZATION_MEMBER");
        Person bob = invite("bob@example.com", "ORGANIZATION_MEMBER");
        Call pipeline = authority.token(owner, workspace, "WORKSPACE_OWNER");
        Call member = authority.token(owner, workspace, "WORKSPACE_MEMBER");
        for (Person each : List.of(ada, bob)) {
            people.setGrant(pipeline, org, each.id(), workspace, "WORKSPACE_AUTHOR");
        }
        assertEquals(2, people.list(pipeline, org, workspace, "", 10).size());
        assertEquals(2, people.list(member, org, workspace, "", 10).size());
        refused(Code.PERMISSION_DENIED, () -> people.setGrant(member, org, ada.id(), workspace, "WORKSPACE_MEMBER"));
        people.removeGrant(pipeline, org, bob.id(), workspace);
        assertEquals(List.of(people.get(owner, org, ada.id())), people.list(member, org, workspace, "", 10));
        refused(Code.PERMISSION_DENIED, () -> people.list(pipeline, org, null, "", 10));
    }

    @Test
    void aWorkspacesTokenAddsPeopleByTheirAddresses() {
        Person ada = invite("ada@example.com", "ORGANIZATION_MEMBER");
        Call pipeline = authority.token(owner, workspace, "WORKSPACE_OWNER");
        Person added = people.setGrant(pipeline, org, "Ada@Example.com", workspace, "WORKSPACE_AUTHOR")
                .value();
        assertEquals(ada.id(), added.id());
        assertEquals(List.of("WORKSPACE_AUTHOR"), added.grants().on(workspace.id()));
        assertEquals(List.of(added), people.list(pipeline, org, workspace, "", 10));
        people.setGrant(pipeline, org, "ada@example.com", workspace, "WORKSPACE_MEMBER");
        assertEquals(
                List.of("WORKSPACE_MEMBER"),
                people.get(owner, org, ada.id()).grants().on(workspace.id()));
        refused(
                Code.PERMISSION_DENIED,
                () -> people.setGrant(pipeline, org, "ada@example.com", organization, "ORGANIZATION_OWNER"));
    }

    @Test
    void whetherAnAddressIsThereIsToldOnlyToThoseWhoMayAddIt() {
        ResourcePath elsewhere = authority.organization();
        people.invite(authority.platform(), elsewhere.organization(), "eve@example.com", "ORGANIZATION_OWNER");
        invite("ada@example.com", "ORGANIZATION_MEMBER");
        Call pipeline = authority.token(owner, workspace, "WORKSPACE_OWNER");
        Call member = authority.token(owner, workspace, "WORKSPACE_MEMBER");
        Call stranger = authority.owner(elsewhere);
        Person gone = invite("gone@example.com", "ORGANIZATION_MEMBER");
        people.remove(owner, org, gone.id());
        for (String nobody : List.of("nobody@example.com", "eve@example.com", "gone@example.com")) {
            refused(Code.NOT_FOUND, () -> people.setGrant(pipeline, org, nobody, workspace, "WORKSPACE_MEMBER"));
        }
        for (String any : List.of("nobody@example.com", "ada@example.com")) {
            refused(Code.PERMISSION_DENIED, () -> people.setGrant(member, org, any, workspace, "WORKSPACE_MEMBER"));
            Refusal foreign =
                    refused(Code.NOT_FOUND, () -> people.setGrant(stranger, org, any, workspace, "WORKSPACE_MEMBER"));
            assertFalse(foreign.getMessage().contains("@"), foreign.getMessage());
        }
    }

    @Test
    void aWorkspaceThatIsNotThereHasNoList() {
        ResourcePath gone = authority.workspace(owner, organization);
        assertEquals(List.of(), people.list(owner, org, gone, "", 10));
        authority.directory().delete(owner, gone);
        refused(Code.NOT_FOUND, () -> people.list(owner, org, gone, "", 10));
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        refused(Code.PERMISSION_DENIED, () -> people.list(keeper, org, gone, "", 10));
    }

    @Test
    void theOperatorMakesOwnersAndNobodyElse() {
        Call platform = authority.platform();
        Person first = people.invite(platform, org, "a@b", "ORGANIZATION_OWNER");
        assertTrue(may(verifier, token(platform, first), "organization.update", organization));
        refused(Code.NOT_FOUND, () -> people.invite(platform, org, "c@d", "ORGANIZATION_MEMBER"));
        refused(Code.NOT_FOUND, () -> people.setGrant(platform, org, first.id(), workspace, "WORKSPACE_OWNER"));
        refused(Code.NOT_FOUND, () -> people.remove(platform, org, first.id()));
        Person member = invite("e@f", "ORGANIZATION_MEMBER");
        refused(Code.PERMISSION_DENIED, () -> token(platform, member));
    }

    @Test
    void strangersLearnNothing() {
        Person person = invite("a@b", "ORGANIZATION_MEMBER");
        Call stranger = authority.owner(authority.organization());
        refused(Code.NOT_FOUND, () -> people.get(stranger, org, person.id()));
        refused(Code.NOT_FOUND, () -> people.list(stranger, org, null, "", 10));
        refused(Code.NOT_FOUND, () -> people.invite(stranger, org, "a@b", "ORGANIZATION_MEMBER"));
        refused(Code.NOT_FOUND, () -> token(stranger, person));
        refused(Code.NOT_FOUND, () -> people.remove(stranger, org, person.id()));
        refused(Code.NOT_FOUND, () -> people.remove(stranger, stranger.claims().organization() + "", person.id()));
    }
}
