package dev.signet.authority.access;

import static dev.signet.authority.Verdicts.invalid;
import static dev.signet.authority.Verdicts.may;
import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.verify.TokenVerifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Roles that an organization makes for its deployments. */
final class CustomRolesLifeCycleTest {
    private static final String LOGS = "deployment.logs.get";
    private static final String DEPLOY = "deployment.deploys.create";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private CustomRoles roles;
    private TokenVerifier verifier;
    private ResourcePath organization;
    private String org;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        roles = authority.customRoles();
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

    private StoredRole make(String name, Set<String> permissions, Set<String> workspaces) {
        return roles.create(owner, org, name, "", new CustomRole(permissions, workspaces))
                .value();
    }

    private StoredRole permit(StoredRole role, Set<String> permissions) {
        return roles.update(owner, org, role.id(), null, null, permissions, null, null)
                .value();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"workspace.get", "organization.get", "trust.watch", "deployment.", "deployment.fly", "", "*"})
    void onlyDeploymentPermissionsAreTaken(String permission) {
        assertEquals("role.permissions", invalid(() -> make("a", Set.of(LOGS, permission), Set.of())));
        StoredRole role = make("b", Set.of(LOGS), Set.of());
        assertEquals("role.permissions", invalid(() -> permit(role, Set.of(permission))));
    }

    @Test
    void atLeastOnePermissionIsHeld() {
        assertEquals("role.permissions", invalid(() -> make("a", Set.of(), Set.of())));
        StoredRole role = make("b", Set.of(LOGS), Set.of());
        assertEquals("role.permissions", invalid(() -> permit(role, Set.of())));
        assertEquals(role, roles.get(owner, org, role.id()));
    }

    @Test
    void theRolePermitsWhatItSaysOnItsDeployment() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        ResourcePath sibling = authority.deployment(owner, workspace);
        String value = authority.issue(owner, deployment, role.id()).value();
        assertTrue(may(verifier, value, LOGS, deployment));
        assertFalse(may(verifier, value, DEPLOY, deployment));
        assertFalse(may(verifier, value, LOGS, sibling));
    }

    @Test
    void aChangedRoleReachesTheVerifierWithoutANewToken() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        String value = authority.issue(owner, deployment, role.id()).value();
        permit(role, Set.of(DEPLOY));
        assertFalse(may(verifier, value, LOGS, deployment));
        assertTrue(may(verifier, value, DEPLOY, deployment));
        ResourcePath elsewhere = authority.workspace(owner, organization);
        roles.update(owner, org, role.id(), null, null, null, Set.of(elsewhere.id()), null);
        assertFalse(may(verifier, value, DEPLOY, deployment));
        roles.update(owner, org, role.id(), null, null, null, Set.of(elsewhere.id(), workspace.id()), null);
        assertTrue(may(verifier, value, DEPLOY, deployment));
        authority.close();
        authority = TestAuthority.open(data, 2);
        assertTrue(may(authority.verifier(), value, DEPLOY, deployment));
        assertFalse(may(authority.verifier(), value, LOGS, deployment));
    }

    @Test
    void arestrictedRoleIsHeldInItsWorkspacesOnly() {
        ResourcePath elsewhere = authority.workspace(owner, organization);
        ResourcePath there = authority.deployment(owner, elsewhere);
        StoredRole role = make("a", Set.of(LOGS), Set.of(elsewhere.id()));
        assertEquals("token.grants.role", invalid(() -> authority.issue(owner, deployment, role.id())));
        assertTrue(may(verifier, authority.issue(owner, there, role.id()).value(), LOGS, there));
        ResourcePath foreign = authority.organization();
        Call stranger = authority.owner(foreign);
        ResourcePath theirs = authority.workspace(stranger, foreign);
        for (String wrong : List.of(theirs.id(), deployment.id(), "", "wsp_")) {
            assertEquals("role.restricted_workspaces", invalid(() -> make("x", Set.of(LOGS), Set.of(wrong))));
        }
        ResourcePath inForeign = authority.deployment(stranger, theirs);
        assertEquals(
                "token.grants.role", invalid(() -> authority.issue(stranger, inForeign, role.id())), "another's role");
    }

    @Test
    void namesAreUniqueInTheOrganization() {
        StoredRole first = make("release", Set.of(LOGS), Set.of());
        StoredRole second = make("Release", Set.of(LOGS), Set.of());
        assertEquals(
                "ROLE_NAME_TAKEN",
                refused(Code.ALREADY_EXISTS, () -> make("release", Set.of(DEPLOY), Set.of()))
                        .reason());
        refused(Code.ALREADY_EXISTS, () -> roles.update(owner, org, second.id(), "release", null, null, null, null));
        roles.update(owner, org, first.id(), "release", "the same name", null, null, null);
        ResourcePath other = authority.organization();
        roles.create(
                authority.owner(other), other.organization(), "release", "", new CustomRole(Set.of(LOGS), Set.of()));
        roles.delete(owner, org, first.id());
        make("release", Set.of(LOGS), Set.of());
    }

    @Test
    void aRoleThatIsHeldIsNotDeletedAndItsHoldersAreNamed() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        Tokens.WithValue one = authority.issue(owner, deployment, role.id());
        Tokens.WithValue two = authority.issue(owner, workspace, "WORKSPACE_MEMBER");
        authority.tokens().setGrant(owner, org, two.token().id(), deployment, role.id(), null);
        Refusal refusal = refused(Code.FAILED_PRECONDITION, () -> roles.delete(owner, org, role.id()));
        assertEquals("ROLE_IN_USE", refusal.reason());
        assertTrue(refusal.getMessage().contains(one.token().id()));
        assertTrue(refusal.getMessage().contains(two.token().id()));
        authority.tokens().delete(owner, org, one.token().id());
        refused(Code.FAILED_PRECONDITION, () -> roles.delete(owner, org, role.id()));
        authority.tokens().removeGrant(owner, org, two.token().id(), deployment);
        roles.delete(owner, org, role.id());
        refused(Code.NOT_FOUND, () -> roles.get(owner, org, role.id()));
        assertEquals("token.grants.role", invalid(() -> authority.issue(owner, deployment, role.id())));
    }

    @Test
    void deletingTheDeploymentFreesItsRoles() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        authority.issue(owner, deployment, role.id());
        authority.directory().delete(owner, deployment);
        roles.delete(owner, org, role.id());
    }

    @Test
    void whoeverEditsWhatAnotherEditedMeanwhileIsTold() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        permit(role, Set.of(DEPLOY));
        refused(
                Code.ABORTED,
                () -> roles.update(
                        owner, org, role.id(), null, null, Set.of(LOGS), null, Long.toString(role.version())));
        assertEquals(Set.of(DEPLOY), roles.get(owner, org, role.id()).role().permissions());
    }

    @Test
    void onlyAnOwnerMakesThemAndMembersSeeThem() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        Call member = authority.token(owner, organization, "ORGANIZATION_MEMBER");
        Call keeper = authority.token(owner, workspace, "WORKSPACE_OWNER");
        assertEquals(List.of(role), roles.list(member, org, "", 10));
        for (Call each : List.of(member, keeper)) {
            refused(
                    Code.PERMISSION_DENIED,
                    () -> roles.create(each, org, "x", "", new CustomRole(Set.of(LOGS), Set.of())));
            refused(Code.PERMISSION_DENIED, () -> roles.update(each, org, role.id(), "x", null, null, null, null));
            refused(Code.PERMISSION_DENIED, () -> roles.delete(each, org, role.id()));
        }
        Call stranger = authority.owner(authority.organization());
        refused(Code.NOT_FOUND, () -> roles.get(stranger, org, role.id()));
        refused(Code.NOT_FOUND, () -> roles.delete(stranger, org, role.id()));
    }

    @Test
    void aRoleIsGivenBackAsItWasMadeAndChanged() {
        Instant made = authority.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        CustomRole logs = new CustomRole(Set.of(LOGS), Set.of(workspace.id()));
        StoredRole role =
                roles.create(owner, org, "a name", "what it is for", logs).value();
        assertEquals(new StoredRole(role.id(), org, "a name", "what it is for", logs, made, made, 1), role);
        assertTrue(IdType.ROLE.matches(role.id()), role.id());
        assertEquals(role, roles.get(owner, org, role.id()));
        authority.clock().advance(Duration.ofSeconds(9));
        Instant later = made.plusSeconds(9);
        StoredRole named = roles.update(owner, org, role.id(), "another", null, null, null, "1")
                .value();
        assertEquals(new StoredRole(role.id(), org, "another", "what it is for", logs, made, later, 2), named);
        StoredRole described =
                roles.update(owner, org, role.id(), null, "", null, null, "2").value();
        assertEquals(new StoredRole(role.id(), org, "another", "", logs, made, later, 3), described);
        StoredRole everywhere = roles.update(owner, org, role.id(), null, null, null, Set.of(), null)
                .value();
        assertEquals(new CustomRole(Set.of(LOGS), Set.of()), everywhere.role());
        assertEquals(everywhere, roles.get(owner, org, role.id()));
        StoredRole deleted = roles.delete(owner, org, role.id()).value();
        assertEquals(everywhere, deleted);
    }

    @Test
    void namesAndDescriptionsHaveTheirLengths() {
        CustomRole logs = new CustomRole(Set.of(LOGS), Set.of());
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        assertEquals("role.display_name", invalid(() -> roles.create(owner, org, " ", "", logs)));
        assertEquals("role.description", invalid(() -> roles.create(owner, org, "b", "x".repeat(501), logs)));
        assertEquals(
                "role.display_name", invalid(() -> roles.update(owner, org, role.id(), "", null, null, null, null)));
        assertEquals(
                "role.description",
                invalid(() -> roles.update(owner, org, role.id(), null, "x".repeat(501), null, null, null)));
        assertEquals(
                "role.restricted_workspaces",
                invalid(() -> roles.update(owner, org, role.id(), null, null, null, Set.of(deployment.id()), null)));
        assertEquals(List.of(role), roles.list(owner, org, "", 10));
    }

    @Test
    void eachChangeIsInTheAuditLog() {
        Instant from = authority.clock().instant().truncatedTo(ChronoUnit.MICROS);
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        permit(role, Set.of(DEPLOY));
        roles.delete(owner, org, role.id());
        String actor = organization.name() + "/tokens/" + owner.subject();
        List<AuditEvent> expected = Stream.of("role.create", "role.update", "role.delete")
                .map(action ->
                        new AuditEvent(org, from, actor, action, role.name(), AuditEvent.OK, TestAuthority.ADDRESS))
                .toList();
        assertEquals(
                expected,
                authority.auditEvents(owner, organization, from, from.plusSeconds(1)).stream()
                        .map(ChainedEvent::event)
                        .filter(event -> event.action().startsWith("role."))
                        .toList());
    }

    @Test
    void onlyWhatAVerifierMustKnowIsToldToIt() {
        StoredRole role = make("a", Set.of(LOGS), Set.of());
        long head = head();
        roles.update(owner, org, role.id(), "b", "renamed", Set.of(LOGS), null, null);
        assertEquals(head, head());
        permit(role, Set.of(DEPLOY));
        assertEquals(head + 1, head());
        roles.delete(owner, org, role.id());
        assertEquals(head + 2, head());
    }

    private long head() {
        return authority.unpublished().read(tx -> tx.trust().head());
    }

    @Test
    void strangersSeeNoList() {
        make("a", Set.of(LOGS), Set.of());
        Call stranger = authority.owner(authority.organization());
        refused(Code.NOT_FOUND, () -> roles.list(stranger, org, "", 10));
        refused(Code.NOT_FOUND, () -> roles.create(stranger, org, "x", "", new CustomRole(Set.of(LOGS), Set.of())));
        refused(Code.NOT_FOUND, () -> roles.delete(owner, org, authority.ids().next(IdType.ROLE)));
    }
}
