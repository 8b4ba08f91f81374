package dev.signet.authority.access;

import static dev.signet.authority.Verdicts.refused;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.errors.Refusal.Code;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which roles can be given where, and by whom. */
final class RolesToGiveTest {
    private static final String LOGS = "deployment.logs.get";

    @TempDir
    private Path data;

    private TestAuthority authority;
    private ResourcePath organization;
    private ResourcePath workspace;
    private ResourcePath deployment;
    private Call owner;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
        deployment = authority.deployment(owner, workspace);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private String role(Set<String> permissions, Set<String> workspaces) {
        return authority
                .customRoles()
                .create(owner, organization.organization(), "a role", "", new CustomRole(permissions, workspaces))
                .value()
                .id();
    }

    private Set<String> required(String role, ResourcePath resource) {
        return authority.unpublished().read(tx -> authority.access().requireRole(tx, "role", role, resource));
    }

    private void assertNotRequired(String problem, String role, ResourcePath resource) {
        Refusal refusal = refused(Code.INVALID_ARGUMENT, () -> required(role, resource));
        assertTrue(refusal.getMessage().contains(problem), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(role), refusal.getMessage());
    }

    /** With these grants, whatever the token that is shown holds. */
    private Caller holding(Map<String, List<String>> grants) {
        return new Caller(owner, new Grants(grants), RoleCatalogue.builtIn(), Map.of());
    }

    private void requireToHoldAll(Caller caller, Map<String, List<String>> grants) {
        authority.unpublished().read(tx -> {
            authority.access().requireToHoldAll(tx, caller, organization.organization(), new Grants(grants));
            return caller;
        });
    }

    private void assertExceeds(Caller caller, Map<String, List<String>> grants) {
        assertEquals(
                "ROLE_EXCEEDS_CALLER",
                refused(Code.PERMISSION_DENIED, () -> requireToHoldAll(caller, grants))
                        .reason());
    }

    @Test
    void aBuiltInRolePermitsWhatTheCatalogueSays() {
        assertEquals(RoleCatalogue.builtIn().of("WORKSPACE_MEMBER"), required("WORKSPACE_MEMBER", workspace));
        assertNotRequired("another scope than the deployment", "WORKSPACE_MEMBER", deployment);
    }

    @Test
    void aCustomRolePermitsWhatItSaysOnDeployments() {
        String role = role(Set.of(LOGS), Set.of());
        assertEquals(Set.of(LOGS), required(role, deployment));
        assertNotRequired("only deployments take", role, workspace);
        assertNotRequired("only deployments take", role, organization);
        assertNotRequired("names no role", authority.ids().next(IdType.ROLE), deployment);
    }

    @Test
    void aCustomRoleThatIsRestrictedIsForItsWorkspaces() {
        ResourcePath elsewhere = authority.workspace(owner, organization);
        ResourcePath there = authority.deployment(owner, elsewhere);
        String role = role(Set.of(LOGS), Set.of(elsewhere.id()));
        assertEquals(Set.of(LOGS), required(role, there));
        assertNotRequired("restricted to other workspaces", role, deployment);
    }

    @Test
    void whoeverHoldsAllOfItMayHandItOn() {
        Map<String, List<String>> everywhere = Map.of(
                organization.id(), List.of("ORGANIZATION_MEMBER"),
                workspace.id(), List.of("WORKSPACE_MEMBER"),
                deployment.id(), List.of("DEPLOYMENT_ADMIN"));
        assertDoesNotThrow(
                () -> requireToHoldAll(holding(Map.of(organization.id(), List.of("ORGANIZATION_OWNER"))), everywhere));
        Caller keeper = holding(Map.of(workspace.id(), List.of("WORKSPACE_OWNER")));
        assertExceeds(keeper, everywhere);
        assertDoesNotThrow(() -> requireToHoldAll(
                keeper,
                Map.of(workspace.id(), List.of("WORKSPACE_MEMBER"), deployment.id(), List.of("DEPLOYMENT_ADMIN"))));
        assertExceeds(keeper, Map.of(organization.id(), List.of("ORGANIZATION_MEMBER")));
        assertExceeds(
                holding(Map.of(workspace.id(), List.of("WORKSPACE_MEMBER"))),
                Map.of(workspace.id(), List.of("WORKSPACE_MEMBER", "WORKSPACE_OWNER")));
    }

    @Test
    void whatIsHeldOnSomethingUnknownIsHandedOnByNobody() {
        String gone = authority.ids().next(IdType.DEPLOYMENT);
        Caller everything = holding(Map.of(organization.id(), List.of("ORGANIZATION_OWNER")));
        Refusal refusal =
                refused(Code.NOT_FOUND, () -> requireToHoldAll(everything, Map.of(gone, List.of("DEPLOYMENT_ADMIN"))));
        assertEquals(Map.of("resource", gone), refusal.metadata());
    }

    /** Where it is restricted to other workspaces too, as that may change; a role that is gone permits nothing. */
    @Test
    void aCustomRoleIsHandedOnByWhoHoldsItsPermissions() {
        ResourcePath elsewhere = authority.workspace(owner, organization);
        String role = role(Set.of("deployment.deploys.create"), Set.of(elsewhere.id()));
        Map<String, List<String>> held = Map.of(deployment.id(), List.of(role));
        assertDoesNotThrow(
                () -> requireToHoldAll(holding(Map.of(workspace.id(), List.of("WORKSPACE_OPERATOR"))), held));
        Caller member = holding(Map.of(workspace.id(), List.of("WORKSPACE_MEMBER")));
        assertExceeds(member, held);
        assertDoesNotThrow(() -> requireToHoldAll(
                member, Map.of(deployment.id(), List.of(authority.ids().next(IdType.ROLE)))));
    }
}
