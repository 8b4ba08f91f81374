package dev.signet.authority.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CallerTest {
    @Test
    void severalGrantsAddUp() {
        Caller caller = Callers.with(new Grants(Map.of(
                Callers.ORGANIZATION.id(), List.of("ORGANIZATION_MEMBER", "ORGANIZATION_BILLING_ADMIN"),
                Callers.WORKSPACE.id(), List.of("WORKSPACE_MEMBER"),
                Callers.DEPLOYMENT.id(), List.of("DEPLOYMENT_ADMIN"))));
        assertTrue(caller.may("organization.billing.update", Callers.ORGANIZATION));
        assertTrue(caller.may("workspace.get", Callers.WORKSPACE));
        assertTrue(caller.may("deployment.deploys.create", Callers.DEPLOYMENT));
        assertFalse(caller.may("deployment.deploys.create", Callers.SIBLING_DEPLOYMENT));
        // Of two roles together it may give a third that neither holds alone.
        assertDoesNotThrow(() -> Callers.requireToHold(caller, "DEPLOYMENT_ADMIN", Callers.DEPLOYMENT));
        assertThrows(Refusal.class, () -> Callers.requireToHold(caller, "WORKSPACE_OWNER", Callers.WORKSPACE));
    }

    @Test
    void aCustomRolePermitsWhatItNamesWhereItIsHeldAndNowhereElse() {
        Caller caller = Callers.with(
                new Grants(Map.of(
                        Callers.DEPLOYMENT.id(), List.of("rol_here"),
                        Callers.COUSIN_DEPLOYMENT.id(), List.of("rol_here"),
                        Callers.SIBLING_DEPLOYMENT.id(), List.of("rol_unknown"))),
                Map.of(
                        "rol_here",
                        new CustomRole(
                                Set.of("deployment.deploys.create"),
                                Set.of(String.valueOf(Callers.WORKSPACE.workspace())))));
        assertTrue(caller.holdsAnywhere("deployment.deploys.create"));
        assertFalse(caller.holdsAnywhere("deployment.get"));
        for (ResourcePath resource : Callers.EVERYWHERE) {
            // Its cousin lies in a workspace that the role is not for.
            assertEquals(resource.equals(Callers.DEPLOYMENT), caller.may("deployment.deploys.create", resource));
            assertFalse(caller.may("deployment.get", resource));
        }
    }

    @Test
    void aRefusalSaysWhatIsMissingWhere() {
        Caller caller = Callers.with(Grants.of(Callers.WORKSPACE.id(), "WORKSPACE_MEMBER"));
        Refusal refusal =
                assertThrows(Refusal.class, () -> caller.require("deployment.deploys.create", Callers.DEPLOYMENT));
        assertEquals(
                Map.of("permission", "deployment.deploys.create", "resource", Callers.DEPLOYMENT.name()),
                refusal.metadata());
        Refusal stranger = assertThrows(Refusal.class, () -> caller.require("workspace.get", Callers.OTHER_WORKSPACE));
        assertEquals("NOT_FOUND", stranger.reason());
        assertEquals(Map.of("resource", Callers.OTHER_WORKSPACE.name()), stranger.metadata());
    }

    @Test
    void aRoleThatIsNotKnownIsHeldByNobodyAndPermitsNothing() {
        Caller caller = Callers.with(Grants.of(Callers.ORGANIZATION.id(), "NO_ROLE"));
        for (ResourcePath resource : Callers.EVERYWHERE) {
            assertFalse(caller.may("organization.get", resource));
        }
        assertFalse(caller.holdsAnywhere("organization.get"));
    }

    @Test
    void theOperatorIsNoMemberOfAnyOrganization() {
        Caller platform = Callers.platform();
        assertTrue(platform.isPlatform());
        assertEquals("", platform.organization());
        assertDoesNotThrow(() -> platform.requirePlatform("organizations"));
        for (ResourcePath resource : Callers.EVERYWHERE) {
            assertFalse(platform.may("organization.get", resource));
            Refusal refusal = assertThrows(Refusal.class, () -> platform.require("organization.get", resource));
            assertEquals(Refusal.Code.NOT_FOUND, refusal.code());
        }
    }

    @Test
    void nobodyElseIsTheOperator() {
        Caller owner = Callers.with(Grants.of(Callers.ORGANIZATION.id(), RoleCatalogue.ORGANIZATION_OWNER));
        assertFalse(owner.isPlatform());
        Refusal refusal = assertThrows(Refusal.class, () -> owner.requirePlatform("organizations"));
        assertEquals(Refusal.Code.PERMISSION_DENIED, refusal.code());
    }

    @Test
    void aCredentialMayKnowItsOwnOrganizationAndTheOperatorsEach() {
        Call member = Callers.with(Grants.NONE).call();
        Call operator = Callers.platform().call();
        assertTrue(member.mayKnow(Callers.ORGANIZATION.id()));
        assertFalse(member.mayKnow(Callers.OTHER_ORGANIZATION.id()));
        assertTrue(operator.mayKnow(Callers.ORGANIZATION.id()));
        assertTrue(operator.mayKnow(Callers.OTHER_ORGANIZATION.id()));
        assertTrue(member.subject().startsWith("tok_"), member.subject());
        assertEquals(
                Callers.ORGANIZATION.name() + "/tokens/" + member.subject(),
                Callers.with(Grants.NONE).name());
    }
}
