package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.ApiToken;
import dev.signet.authority.store.TokenQuery;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of API tokens. Who may do what is in {@link TokenRulesTest}. */
final class TokensTest {
    private static final Instant NOW = FakeClock.START.truncatedTo(ChronoUnit.SECONDS);
    private static final Verdict REVOKED = new Verdict.Rejected(Verdict.Reason.REVOKED);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    static Refusal assertRefused(Refusal.Code code, Executable work) {
        Refusal refusal = assertThrows(Refusal.class, work);
        assertEquals(code, refusal.code(), refusal.getMessage());
        return refusal;
    }

    @Test
    void aTokenIsCreatedAsAsked() {
        ApiToken created = tokens.create(
                        owner, TestAuthority.newToken(workspace, "CI 🔏", "for pushing", "WORKSPACE_AUTHOR", 90))
                .token();
        assertEquals(
                new ApiToken(
                        created.id(),
                        workspace,
                        "CI 🔏",
                        "for pushing",
                        Grants.of(workspace.id(), "WORKSPACE_AUTHOR"),
                        90,
                        NOW,
                        NOW,
                        null,
                        organization.name() + "/tokens/" + owner.claims().subject(),
                        1,
                        created.value(),
                        null,
                        null),
                created);
        assertEquals(NOW.plus(Duration.ofDays(90)), created.value().expireTime());
        assertEquals(Kind.WORKSPACE, created.kind());
        assertEquals(created, tokens.get(owner, organization.id(), created.id()));
    }

    @Test
    void aDeploymentsTokenIsItsAdministratorUnlessSaidOtherwise() {
        ApiToken created = authority.issue(owner, deployment, null).token();
        assertEquals(Grants.of(deployment.id(), "DEPLOYMENT_ADMIN"), created.grants());
        for (ResourcePath resource : List.of(organization, workspace)) {
            Refusal refusal =
                    assertRefused(Refusal.Code.INVALID_ARGUMENT, () -> authority.issue(owner, resource, null));
            assertEquals("token.grants", refusal.problem().field());
        }
    }

    @Test
    void aValueWorksFromTheMomentItIsReturned() {
        String value = authority.issue(owner, deployment, null).value();
        assertTrue(
                authority.verifier().check(value, "deployment.deploys.create", deployment) instanceof Verdict.Accepted);
        assertEquals(
                new Verdict.Rejected(Verdict.Reason.PERMISSION_DENIED),
                authority.verifier().check(value, "workspace.get", workspace));
    }

    @Test
    void rotatingEndsTheOldValueAndStartsThePeriodAgain() {
        Tokens.WithValue first =
                tokens.create(owner, TestAuthority.newToken(workspace, "ci", "described", "WORKSPACE_MEMBER", 10));
        authority.clock().advance(Duration.ofDays(9));
        Tokens.WithValue second = tokens.rotate(
                        owner, organization.id(), first.token().id(), Duration.ZERO, Retry.NEVER)
                .value();
        assertEquals(REVOKED, authority.verifier().verify(first.value()));
        Call verified = authority.verified(second.value());
        ApiToken token = second.token();
        Instant now = NOW.plus(Duration.ofDays(9));
        assertEquals(now, verified.claims().expiry().minus(Duration.ofDays(10)));
        assertEquals(
                new ApiToken(
                        first.token().id(),
                        workspace,
                        "ci",
                        "described",
                        first.token().grants(),
                        10,
                        NOW,
                        now,
                        now,
                        first.token().createdBy(),
                        2,
                        token.value(),
                        null,
                        null),
                token);
        assertNotEquals(first.token().value().valueId(), token.value().valueId());
        assertNotEquals(first.token().value().index(), token.value().index());
        assertTrue(token.value().grantsRevision() >= first.token().value().grantsRevision());
        assertEquals(token, tokens.get(owner, organization.id(), token.id()));
    }

    @Test
    void anExpiredTokenIsRotatedBackToLife() {
        Tokens.WithValue daily =
                tokens.create(owner, TestAuthority.newToken(workspace, "ci", "", "WORKSPACE_MEMBER", 1));
        authority.clock().advance(Duration.ofDays(2));
        assertEquals(
                new Verdict.Rejected(Verdict.Reason.EXPIRED),
                authority.verifier().verify(daily.value()));
        Tokens.WithValue again = tokens.rotate(
                        owner, organization.id(), daily.token().id(), Duration.ZERO, Retry.NEVER)
                .value();
        assertDoesNotThrow(() -> authority.verified(again.value()));
    }

    @Test
    void deletingEndsTheValueForGood() {
        Tokens.WithValue token = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        String id = token.token().id();
        tokens.delete(owner, organization.id(), id);
        assertEquals(REVOKED, authority.verifier().verify(token.value()));
        assertRefused(Refusal.Code.NOT_FOUND, () -> tokens.get(owner, organization.id(), id));
        assertRefused(Refusal.Code.NOT_FOUND, () -> tokens.delete(owner, organization.id(), id));
        assertRefused(
                Refusal.Code.NOT_FOUND, () -> tokens.rotate(owner, organization.id(), id, Duration.ZERO, Retry.NEVER));
        assertRefused(
                Refusal.Code.NOT_FOUND, () -> tokens.update(owner, organization.id(), id, "new", null, null, null));
    }

    @Test
    void aNewTokenTakesThePlaceOfOneThatWasDeletedByMistake() {
        Tokens.WithValue deleted = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        tokens.delete(owner, organization.id(), deleted.token().id());
        Tokens.WithValue again = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        assertEquals(deleted.token().displayName(), again.token().displayName());
        assertNotEquals(deleted.token().id(), again.token().id());
        assertEquals(REVOKED, authority.verifier().verify(deleted.value()));
        assertDoesNotThrow(() -> authority.verified(again.value()));
    }

    @ParameterizedTest
    @CsvSource({
        "organization, ORGANIZATION_MEMBER, ORGANIZATION_OWNER",
        "workspace, WORKSPACE_MEMBER, WORKSPACE_OPERATOR"
    })
    void anUpdateGivesATokenAnotherRoleWithTheSameValue(String scope, String role, String another) {
        ResourcePath resource = scope.equals("workspace") ? workspace : organization;
        Tokens.WithValue issued = authority.issue(owner, resource, role);
        String id = issued.token().id();
        String deploy = "deployment.deploys.create";
        assertEquals(
                new Verdict.Rejected(Verdict.Reason.PERMISSION_DENIED),
                authority.verifier().check(issued.value(), deploy, deployment));
        tokens.update(owner, organization.id(), id, null, null, Map.of(resource, another), null);
        assertEquals(
                Grants.of(resource.id(), another),
                tokens.get(owner, organization.id(), id).grants());
        assertTrue(authority.verifier().check(issued.value(), deploy, deployment) instanceof Verdict.Accepted);
    }

    @Test
    void updatesChangeWhatTheySayAndLeaveTheValueAlone() {
        Tokens.WithValue issued = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        String id = issued.token().id();
        authority.clock().advance(Duration.ofSeconds(5));
        ApiToken renamed = tokens.update(owner, organization.id(), id, "renamed", null, null, "1")
                .value();
        assertEquals("renamed", renamed.displayName());
        assertEquals("", renamed.description());
        assertEquals(2, renamed.version());
        assertEquals(NOW.plusSeconds(5), renamed.updateTime());
        assertNull(renamed.lastRotatedTime());
        ApiToken described = tokens.update(owner, organization.id(), id, null, "described", null, null)
                .value();
        assertEquals("renamed", described.displayName());
        assertEquals("described", described.description());
        assertEquals(issued.token().value(), described.value());
        assertDoesNotThrow(() -> authority.verified(issued.value()));
    }

    @Test
    void anUpdateOfAnotherVersionIsRefused() {
        String id =
                authority.issue(owner, workspace, "WORKSPACE_MEMBER").token().id();
        tokens.rotate(owner, organization.id(), id, Duration.ZERO, Retry.NEVER);
        for (String etag : List.of("1", "3", "", "two")) {
            Refusal refusal = assertRefused(
                    Refusal.Code.ABORTED, () -> tokens.update(owner, organization.id(), id, "new", null, null, etag));
            assertEquals("ETAG_MISMATCH", refusal.reason());
        }
        assertEquals("a token", tokens.get(owner, organization.id(), id).displayName());
        tokens.update(owner, organization.id(), id, "new", null, null, "2");
    }

    @Test
    void listsShowWhatTheCallerMaySeePageByPage() {
        String mine = owner.claims().subject();
        String first =
                authority.issue(owner, workspace, "WORKSPACE_OWNER").token().id();
        authority.clock().advance(Duration.ofMillis(1));
        String second = authority.issue(owner, deployment, null).token().id();
        authority.clock().advance(Duration.ofMillis(1));
        String third = authority
                .issue(owner, organization, "ORGANIZATION_MEMBER")
                .token()
                .id();
        ResourcePath elsewhere = authority.workspace(owner, organization);
        authority.clock().advance(Duration.ofMillis(1));
        String fourth =
                authority.issue(owner, elsewhere, "WORKSPACE_MEMBER").token().id();

        List<String> all = list(owner, null, "", 10);
        assertEquals(
                List.of(first, second, third, fourth),
                all.stream().filter(id -> !id.equals(mine)).toList());
        assertEquals(5, all.size());
        assertEquals(all.subList(0, 2), list(owner, null, "", 2));
        assertEquals(all.subList(2, 5), list(owner, null, all.get(1), 10));
        assertEquals(List.of(second), list(owner, deployment, "", 10));
        assertEquals(List.of(first), list(owner, workspace, "", 10));
        assertEquals(List.of(), list(owner, workspace, first, 10));

        Call workspaceOwner = authority.token(owner, workspace, "WORKSPACE_OWNER");
        assertEquals(List.of(first, second, workspaceOwner.claims().subject()), list(workspaceOwner, null, "", 10));
        assertEquals(List.of(first), list(workspaceOwner, null, "", 1));
        Call member = authority.token(owner, workspace, "WORKSPACE_MEMBER");
        assertEquals(List.of(), list(member, null, "", 10));
        assertRefused(Refusal.Code.PERMISSION_DENIED, () -> list(member, workspace, "", 10));
        assertRefused(Refusal.Code.PERMISSION_DENIED, () -> list(workspaceOwner, elsewhere, "", 10));
        assertRefused(
                Refusal.Code.NOT_FOUND,
                () -> list(
                        owner,
                        ResourcePath.workspace(
                                organization.id(), authority.ids().next(IdType.WORKSPACE)),
                        "",
                        10));
    }

    private List<String> list(Call by, @Nullable ResourcePath resource, String after, int limit) {
        TokenQuery.After place = after.isEmpty()
                ? null
                : new TokenQuery.After(
                        tokens.get(owner, organization.id(), after).createTime().toString(), after);
        return list(tokens, by, organization, resource, place, limit).stream()
                .map(ApiToken::id)
                .toList();
    }

    /** In the order of creation. */
    static List<ApiToken> list(
            Tokens tokens,
            Call by,
            ResourcePath organization,
            @Nullable ResourcePath resource,
            TokenQuery.@Nullable After after,
            int limit) {
        return tokens.list(
                by,
                new TokenQuery(
                        organization.id(),
                        resource == null ? null : resource.id(),
                        null,
                        null,
                        TokenQuery.Order.CREATE_TIME,
                        false,
                        after,
                        limit),
                resource);
    }

    @Test
    void deletingAParentEndsWhatBelongsToIt() {
        Tokens.WithValue onWorkspace = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        Tokens.WithValue onDeployment = authority.issue(owner, deployment, null);
        assertRefused(
                Refusal.Code.FAILED_PRECONDITION, () -> authority.directory().delete(owner, workspace));
        assertDoesNotThrow(() -> authority.verified(onWorkspace.value()));
        authority.directory().delete(owner, deployment);
        assertEquals(REVOKED, authority.verifier().verify(onDeployment.value()));
        assertDoesNotThrow(() -> authority.verified(onWorkspace.value()));
        authority.directory().delete(owner, workspace);
        assertEquals(REVOKED, authority.verifier().verify(onWorkspace.value()));
        assertRefused(Refusal.Code.NOT_FOUND, () -> authority.issue(owner, workspace, "WORKSPACE_MEMBER"));
        authority.directory().deleteOrganization(authority.platform(), organization);
        assertEquals(REVOKED, authority.verifier().verify(owner.credential().text()));
    }

    @Test
    void whoAmISaysWhatTheStoreSays() {
        assertEquals(
                Grants.of(organization.id(), "ORGANIZATION_OWNER"),
                tokens.whoAmI(owner).grants());
        tokens.delete(owner, organization.id(), owner.claims().subject());
        assertRefused(Refusal.Code.UNAUTHENTICATED, () -> tokens.whoAmI(owner));
    }
}
