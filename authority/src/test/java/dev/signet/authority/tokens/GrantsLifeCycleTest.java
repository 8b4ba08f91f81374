package dev.signet.authority.tokens;

import static dev.signet.authority.Verdicts.grants;
import static dev.signet.authority.Verdicts.invalid;
import static dev.signet.authority.Verdicts.isGood;
import static dev.signet.authority.Verdicts.may;
import static dev.signet.authority.Verdicts.reason;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.ApiToken;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of several roles: what is attached, edited and detached reaches verifiers without a new token. */
final class GrantsLifeCycleTest {
    private static final String DEPLOY = "deployment.deploys.create";
    private static final String MANAGE = "workspace.apiTokens.create";
    private static final String LOGS = "deployment.logs.get";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Tokens tokens;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private String org;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        tokens = authority.tokens();
        verifier = authority.verifier();
        organization = authority.organization();
        org = organization.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private static Tokens.NewToken wanted(ResourcePath resource, Map<ResourcePath, String> roles) {
        return new Tokens.NewToken(resource, "a token", "", roles, null, "", Retry.NEVER);
    }

    private Tokens.WithValue make(ResourcePath resource, Map<ResourcePath, String> roles) {
        return tokens.create(owner, wanted(resource, roles));
    }

    private String role(String... permissions) {
        return authority
                .customRoles()
                .create(owner, org, "role " + List.of(permissions), "", new CustomRole(Set.of(permissions), Set.of()))
                .value()
                .id();
    }

    @Test
    void severalRolesAddUpAndEachHoldsOnItsOwnResource() {
        ResourcePath other = authority.workspace(owner, organization);
        ResourcePath inOther = authority.deployment(owner, other);
        String value = make(
                        organization,
                        Map.of(
                                organization, "ORGANIZATION_MEMBER",
                                workspace, "WORKSPACE_AUTHOR",
                                inOther, "DEPLOYMENT_ADMIN"))
                .value();
        assertTrue(may(verifier, value, "organization.get", organization));
        assertTrue(may(verifier, value, DEPLOY, deployment), "through the workspace");
        assertFalse(may(verifier, value, "deployment.delete", deployment));
        assertTrue(may(verifier, value, "deployment.delete", inOther));
        assertFalse(may(verifier, value, "workspace.get", other), "a role holds nothing above its resource");
    }

    @Test
    void whatIsAttachedEditedAndDetachedHoldsForTheValueThatIsOut() {
        Tokens.WithValue made = make(organization, Map.of(organization, "ORGANIZATION_MEMBER"));
        String id = made.token().id();
        assertFalse(may(verifier, made.value(), DEPLOY, deployment));

        tokens.setGrant(owner, org, id, workspace, "WORKSPACE_AUTHOR", null);
        assertTrue(may(verifier, made.value(), DEPLOY, deployment));
        assertFalse(may(verifier, made.value(), MANAGE, workspace));

        tokens.setGrant(owner, org, id, workspace, "WORKSPACE_OWNER", null);
        assertTrue(may(verifier, made.value(), MANAGE, workspace));
        assertEquals(
                List.of("WORKSPACE_OWNER"),
                grants(verifier, made.value()).on(workspace.id()),
                "in place of the one it had");

        tokens.removeGrant(owner, org, id, workspace);
        assertFalse(may(verifier, made.value(), DEPLOY, deployment));
        assertTrue(may(verifier, made.value(), "organization.get", organization), "the rest stays");
    }

    @Test
    void whatIsAttachedSurvivesARotationAndARestart() {
        Tokens.WithValue made = make(organization, Map.of(organization, "ORGANIZATION_MEMBER"));
        tokens.setGrant(owner, org, made.token().id(), deployment, "DEPLOYMENT_ADMIN", null);
        String rotated = tokens.rotate(owner, org, made.token().id(), Duration.ofHours(1), Retry.NEVER)
                .value()
                .value();
        assertTrue(may(verifier, rotated, DEPLOY, deployment));
        assertTrue(may(verifier, made.value(), DEPLOY, deployment), "in its grace");
        tokens.removeGrant(owner, org, made.token().id(), deployment);
        authority.close();
        authority = TestAuthority.open(data, 2);
        assertFalse(may(authority.verifier(), rotated, DEPLOY, deployment));
        assertFalse(may(authority.verifier(), made.value(), DEPLOY, deployment));
        assertTrue(isGood(authority.verifier(), rotated));
    }

    @Test
    void rolesThatDoNotFitTheTokenReachVerifiersThroughTheFeed() {
        Map<ResourcePath, String> roles = new HashMap<>();
        roles.put(organization, "ORGANIZATION_MEMBER");
        for (int i = 0; i < 60; i++) {
            roles.put(authority.workspace(owner, organization), "WORKSPACE_AUTHOR");
        }
        Tokens.WithValue made = make(organization, roles);
        assertTrue(made.value().length() <= 2_048, "so long a token would be a burden");
        assertNull(authority.verified(made.value()).claims().grants());
        assertEquals(
                TokenGrants.with(made.token().grants(), organization, "ORGANIZATION_MEMBER"),
                made.token().grants());
        roles.forEach((resource, role) ->
                assertEquals(List.of(role), grants(verifier, made.value()).on(resource.id())));

        ResourcePath one = roles.keySet().stream()
                .filter(each -> each.workspace() != null)
                .findFirst()
                .orElseThrow();
        tokens.removeGrant(owner, org, made.token().id(), one);
        assertFalse(may(verifier, made.value(), "workspace.get", one));
        String rotated = tokens.rotate(owner, org, made.token().id(), Duration.ZERO, Retry.NEVER)
                .value()
                .value();
        assertEquals(60, grants(verifier, rotated).byResource().size());
        assertEquals(Reason.REVOKED, reason(verifier, made.value()));
    }

    @Test
    void allRolesAreEditedAtOnceOrNotAtAll() {
        Tokens.WithValue made =
                make(organization, Map.of(organization, "ORGANIZATION_MEMBER", workspace, "WORKSPACE_AUTHOR"));
        ApiToken seen = tokens.get(owner, org, made.token().id());
        Map<ResourcePath, String> wrong = Map.of(
                organization, "ORGANIZATION_BILLING_ADMIN", workspace, "WORKSPACE_OWNER", deployment, "NO_SUCH_ROLE");
        assertEquals("token.grants.role", invalid(() -> tokens.update(owner, org, seen.id(), "x", null, wrong, null)));
        assertEquals(seen, tokens.get(owner, org, seen.id()), "nothing of it was done");
        assertTrue(may(verifier, made.value(), DEPLOY, deployment));

        Map<ResourcePath, String> right =
                Map.of(organization, "ORGANIZATION_BILLING_ADMIN", deployment, "DEPLOYMENT_ADMIN");
        ApiToken edited = tokens.update(owner, org, seen.id(), "renamed", null, right, Long.toString(seen.version()))
                .value();
        assertEquals("renamed", edited.displayName());
        assertEquals(edited.grants(), grants(verifier, made.value()));
        assertFalse(may(verifier, made.value(), "workspace.get", workspace));
        assertTrue(may(verifier, made.value(), "deployment.delete", deployment));
    }

    @Test
    void whoeverEditsWhatAnotherEditedMeanwhileIsTold() {
        Tokens.WithValue made = make(organization, Map.of(organization, "ORGANIZATION_MEMBER"));
        String id = made.token().id();
        String etag = Long.toString(made.token().version());
        tokens.setGrant(owner, org, id, workspace, "WORKSPACE_AUTHOR", null);
        assertEquals(
                "ETAG_MISMATCH",
                refused(
                                Code.ABORTED,
                                () -> tokens.update(
                                        owner, org, id, null, null, Map.of(organization, "ORGANIZATION_OWNER"), etag))
                        .reason());
        assertEquals(
                "ETAG_MISMATCH",
                refused(Code.ABORTED, () -> tokens.setGrant(owner, org, id, workspace, "WORKSPACE_MEMBER", etag))
                        .reason());
        assertTrue(may(verifier, made.value(), DEPLOY, deployment));
        assertFalse(may(verifier, made.value(), "organization.update", organization));
    }

    @Test
    void onlyANewTokenIsGivenARoleWhereNoneIsSaid() {
        Tokens.WithValue made = make(workspace, Map.of(workspace, "WORKSPACE_MEMBER"));
        Tokens.WithValue below = make(deployment, Map.of());
        assertEquals(List.of("DEPLOYMENT_ADMIN"), below.token().grants().on(deployment.id()));
        for (Tokens.WithValue each : List.of(made, below)) {
            assertEquals(
                    "token.grants",
                    invalid(() -> tokens.update(owner, org, each.token().id(), null, null, Map.of(), null)));
        }
    }

    @Test
    void aDeploymentTakesItsTokensAndKeysAlongAndOnlyTheRolesOfOthers() {
        String own = make(deployment, Map.of()).value();
        ApiKeys.WithSecret key = authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        String access =
                authority.apiKeys().exchange(key.key().id(), key.secret(), "").value();
        String guest = make(workspace, Map.of(workspace, "WORKSPACE_MEMBER", deployment, "DEPLOYMENT_ADMIN"))
                .value();
        ResourcePath sibling = authority.deployment(owner, workspace);
        String beside = make(sibling, Map.of()).value();

        authority.directory().delete(owner, deployment);

        assertEquals(Reason.REVOKED, reason(verifier, own));
        assertEquals(Reason.REVOKED, reason(verifier, access));
        refused(
                Code.UNAUTHENTICATED,
                () -> authority.apiKeys().exchange(key.key().id(), key.secret(), ""));
        assertTrue(isGood(verifier, beside));
        assertFalse(may(verifier, guest, "deployment.delete", deployment));
        assertEquals(Grants.of(workspace.id(), "WORKSPACE_MEMBER"), grants(verifier, guest));
        assertEquals(
                Grants.of(workspace.id(), "WORKSPACE_MEMBER"),
                authority.tokens().whoAmI(authority.verified(guest)).grants());
    }

    @Test
    void aWorkspaceOwnerTakesTheRoleOfAnOrganizationTokenAndNothingElseOfIt() {
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        Call author = authority.token(owner, workspace, "WORKSPACE_AUTHOR");
        ResourcePath other = authority.workspace(owner, organization);
        Tokens.WithValue made = make(
                organization,
                Map.of(
                        organization, "ORGANIZATION_MEMBER",
                        workspace, "WORKSPACE_AUTHOR",
                        other, "WORKSPACE_AUTHOR"));
        String id = made.token().id();
        refused(Code.PERMISSION_DENIED, () -> tokens.removeGrant(author, org, id, workspace));
        refused(Code.PERMISSION_DENIED, () -> tokens.removeGrant(keeper, org, id, other));
        refused(Code.PERMISSION_DENIED, () -> tokens.delete(keeper, org, id));
        refused(Code.PERMISSION_DENIED, () -> tokens.rotate(keeper, org, id, Duration.ZERO, Retry.NEVER));
        refused(Code.PERMISSION_DENIED, () -> tokens.setGrant(keeper, org, id, workspace, "WORKSPACE_MEMBER", null));
        assertEquals(id, tokens.get(keeper, org, id).id(), "seen for its role in the workspace");

        tokens.removeGrant(keeper, org, id, workspace);
        assertFalse(may(verifier, made.value(), "workspace.get", workspace));
        assertTrue(may(verifier, made.value(), "workspace.get", other));
        refused(Code.NOT_FOUND, () -> tokens.removeGrant(keeper, org, id, workspace));
        refused(Code.PERMISSION_DENIED, () -> tokens.get(keeper, org, id));
    }

    @Test
    void rolesFitTheScopeOfTheirTokenAndTheirResource() {
        String rol = role(LOGS);
        ResourcePath other = authority.workspace(owner, organization);
        assertEquals("token.grants.role", invalid(() -> make(organization, Map.of(organization, "WORKSPACE_OWNER"))));
        assertEquals("token.grants.role", invalid(() -> make(workspace, Map.of(workspace, rol))));
        assertEquals("token.grants.role", invalid(() -> make(deployment, Map.of(deployment, "WORKSPACE_MEMBER"))));
        assertEquals("token.grants", invalid(() -> make(organization, Map.of(workspace, "WORKSPACE_MEMBER"))));
        assertEquals("token.grants", invalid(() -> make(workspace, Map.of())));
        assertEquals(
                "token.grants",
                invalid(() -> make(workspace, Map.of(workspace, "WORKSPACE_MEMBER", other, "WORKSPACE_MEMBER"))));
        assertEquals(
                "token.grants",
                invalid(() ->
                        make(workspace, Map.of(workspace, "WORKSPACE_MEMBER", organization, "ORGANIZATION_MEMBER"))));
        String id =
                make(workspace, Map.of(workspace, "WORKSPACE_MEMBER")).token().id();
        assertEquals("resource", invalid(() -> tokens.setGrant(owner, org, id, workspace, "WORKSPACE_OWNER", null)));
        assertEquals("resource", invalid(() -> tokens.setGrant(owner, org, id, other, "WORKSPACE_OWNER", null)));
        assertEquals("role", invalid(() -> tokens.setGrant(owner, org, id, deployment, "WORKSPACE_OWNER", null)));
        assertEquals("resource", invalid(() -> tokens.removeGrant(owner, org, id, workspace)));
        assertEquals(
                Grants.of(workspace.id(), "WORKSPACE_MEMBER"),
                tokens.get(owner, org, id).grants());
    }
}
