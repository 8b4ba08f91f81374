package dev.signet.authority.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.trust.Roles;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class RoleCatalogueTest {
    private static final CatalogueTable TABLE = CatalogueTable.read();

    private final Roles roles = RoleCatalogue.builtIn();

    @Test
    void everyCellIsInForce() {
        assertEquals(TABLE.byRole(), new TreeMap<>(roles.permissions()));
    }

    @Test
    void theTableIsWhole() {
        assertEquals(135, TABLE.permissions().size());
        assertEquals(
                Set.of(
                        "ORGANIZATION_MEMBER",
                        "ORGANIZATION_BILLING_ADMIN",
                        "ORGANIZATION_OWNER",
                        "WORKSPACE_ACCESSOR",
                        "WORKSPACE_MEMBER",
                        "WORKSPACE_AUTHOR",
                        "WORKSPACE_OPERATOR",
                        "WORKSPACE_OWNER",
                        "DEPLOYMENT_ADMIN"),
                TABLE.byRole().keySet());
    }

    @Test
    void anOwnerHoldsEverything() {
        assertEquals(TABLE.permissions(), roles.of(RoleCatalogue.ORGANIZATION_OWNER));
    }

    @Test
    void whatAutomationMayDo() {
        assertTrue(roles.of("WORKSPACE_OPERATOR").contains("deployment.deploys.create"));
        assertTrue(roles.of("WORKSPACE_AUTHOR").contains("deployment.deploys.create"));
        assertFalse(roles.of("WORKSPACE_MEMBER").contains("deployment.deploys.create"));
        assertTrue(roles.of("DEPLOYMENT_ADMIN").contains("deployment.envObjects.update"));
        assertFalse(roles.of("WORKSPACE_AUTHOR").contains("deployment.envObjects.update"));
        assertFalse(roles.of("DEPLOYMENT_ADMIN").contains("workspace.deployments.create"));
        assertFalse(roles.of("DEPLOYMENT_ADMIN").contains("deployment.apiTokens.create"));
    }

    /** The one thing that is an operator's on a deployment and not its administrator's are alerts. */
    @Test
    void aDeploymentsAdministratorIsAnOperatorOfThatDeploymentAlone() {
        Set<String> expected = new TreeSet<>(Set.of("trust.watch"));
        for (String permission : TABLE.permissions()) {
            if (permission.startsWith("deployment.")
                    && !permission.startsWith("deployment.alerts.")
                    && TABLE.holds("WORKSPACE_OPERATOR", permission)) {
                expected.add(permission);
            }
        }
        assertEquals(expected, new TreeSet<>(roles.of(RoleCatalogue.DEPLOYMENT_ADMIN)));
        assertTrue(expected.containsAll(Set.of(
                "deployment.deploys.create",
                "deployment.envObjects.create",
                "deployment.update",
                "deployment.airflow.dagRun.create",
                "deployment.airflow.variable.update")));
        for (String alert : List.of("workspace.alerts.create", "deployment.alerts.create")) {
            assertTrue(roles.of("WORKSPACE_OPERATOR").contains(alert));
            assertFalse(expected.contains(alert));
        }
    }

    @Test
    void whatTheOrganizationsTokensAutomate() {
        for (String permission : List.of(
                "organization.workspaces.create",
                "organization.users.invite",
                "organization.auditLogs.export",
                "workspace.users.invite",
                "workspace.deployments.create",
                "deployment.update",
                "deployment.deploys.create",
                "deployment.airflow.dagRun.get")) {
            assertTrue(roles.of("ORGANIZATION_OWNER").contains(permission), permission);
            assertFalse(roles.of("ORGANIZATION_BILLING_ADMIN").contains(permission), permission);
        }
    }

    @Test
    void onlyOwnersManageCredentials() {
        for (String permission : TABLE.permissions()) {
            if (permission.contains(".apiTokens.")) {
                TABLE.byRole().keySet().stream()
                        .filter(role -> !role.endsWith("_OWNER"))
                        .forEach(role -> assertFalse(roles.of(role).contains(permission), role + " " + permission));
            }
        }
    }

    @Test
    void strangersHoldNothing() {
        assertEquals(Set.of(), roles.of("NO_ROLE"));
    }

    @Test
    void aTableThatIsNotOneIsRefused() {
        assertEquals(
                Map.of("A", Set.of("p"), "B", Set.of()),
                RoleCatalogue.parse(List.of("permission,A,B", "p,x,")).permissions());
        for (String row : List.of("p,x", "p,x,,", "p,X,", "p,x, ", "p,y,")) {
            assertThrows(
                    IllegalArgumentException.class, () -> RoleCatalogue.parse(List.of("permission,A,B", row)), row);
        }
    }
}
