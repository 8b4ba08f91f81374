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
