package dev.signet.verifier.trust;

import static dev.signet.verifier.testkit.TestTokens.DEPLOYMENT;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_WORKSPACE;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolesTest {
    private static final ResourcePath ON_ORGANIZATION = ResourcePath.organization(ORGANIZATION);
    private static final ResourcePath ON_WORKSPACE = ResourcePath.workspace(ORGANIZATION, WORKSPACE);
    private static final ResourcePath ON_DEPLOYMENT = ResourcePath.deployment(ORGANIZATION, WORKSPACE, DEPLOYMENT);

    private final Roles roles = new Roles(Map.of("READER", Set.of("read"), "WRITER", Set.of("write")));

    @Test
    void aGrantHoldsOnItsResourceAndBelow() {
        Grants grants = Grants.of(WORKSPACE, "READER");
        assertTrue(roles.allow(grants, "read", ON_WORKSPACE));
        assertTrue(roles.allow(grants, "read", ON_DEPLOYMENT));
        assertTrue(roles.allow(Grants.of(ORGANIZATION, "READER"), "read", ON_DEPLOYMENT));
        assertTrue(roles.allow(Grants.of(DEPLOYMENT, "READER"), "read", ON_DEPLOYMENT));
    }

    @Test
    void aGrantHoldsNeitherAboveNorBeside() {
        Grants grants = Grants.of(WORKSPACE, "READER");
        assertFalse(roles.allow(grants, "read", ON_ORGANIZATION));
        assertFalse(roles.allow(grants, "read", ResourcePath.workspace(ORGANIZATION, OTHER_WORKSPACE)));
        assertFalse(roles.allow(Grants.of(DEPLOYMENT, "READER"), "read", ON_WORKSPACE));
        assertFalse(roles.allow(Grants.of(OTHER_ORGANIZATION, "READER"), "read", ON_DEPLOYMENT));
    }

    @Test
    void aRoleHoldsItsOwnPermissionsOnly() {
        assertFalse(roles.allow(Grants.of(WORKSPACE, "READER"), "write", ON_WORKSPACE));
        assertFalse(roles.allow(Grants.of(WORKSPACE, "READER"), "rea", ON_WORKSPACE));
        assertFalse(roles.allow(Grants.of(WORKSPACE, "READER"), "", ON_WORKSPACE));
    }

    @Test
    void severalGrantsAddUp() {
        Grants grants = new Grants(Map.of(ORGANIZATION, List.of("READER"), DEPLOYMENT, List.of("NOBODY", "WRITER")));
        assertTrue(roles.allow(grants, "read", ON_DEPLOYMENT));
        assertTrue(roles.allow(grants, "write", ON_DEPLOYMENT));
        assertFalse(roles.allow(grants, "write", ON_WORKSPACE));
    }

    @Test
    void anUnknownRoleGrantsNothing() {
        assertFalse(roles.allow(Grants.of(WORKSPACE, "OWNER"), "read", ON_WORKSPACE));
        assertFalse(Roles.NONE.allow(Grants.of(WORKSPACE, "READER"), "read", ON_WORKSPACE));
        assertEquals(Set.of(), roles.of("OWNER"));
    }

    @Test
    void noGrantsAllowNothing() {
        assertFalse(roles.allow(Grants.NONE, "read", ON_WORKSPACE));
    }

    @Test
    void whatWasHandedInMayChangeWithoutEffect() {
        Set<String> permissions = new HashSet<>(Set.of("read"));
        Map<String, Set<String>> byName = new HashMap<>(Map.of("READER", permissions));
        Roles made = new Roles(byName);
        permissions.add("write");
        byName.put("WRITER", Set.of("write"));
        assertEquals(new Roles(Map.of("READER", Set.of("read"))), made);
        assertThrows(
                UnsupportedOperationException.class, () -> made.permissions().clear());
    }
}
