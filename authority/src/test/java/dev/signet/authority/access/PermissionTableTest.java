package dev.signet.authority.access;

import static dev.signet.authority.access.Callers.COUSIN_DEPLOYMENT;
import static dev.signet.authority.access.Callers.DEPLOYMENT;
import static dev.signet.authority.access.Callers.EVERYWHERE;
import static dev.signet.authority.access.Callers.ORGANIZATION;
import static dev.signet.authority.access.Callers.SIBLING_DEPLOYMENT;
import static dev.signet.authority.access.Callers.SIBLING_WORKSPACE;
import static dev.signet.authority.access.Callers.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every permission with every built-in role at every place: held there, above, below, beside, and elsewhere. */
final class PermissionTableTest {
    private static final CatalogueTable TABLE = CatalogueTable.read();

    /** By what a role is held on: where it counts. Written out, so that it is not the code's own reasoning. */
    private static final Map<ResourcePath, Set<ResourcePath>> REACH = Map.of(
            ORGANIZATION,
            Set.of(ORGANIZATION, WORKSPACE, SIBLING_WORKSPACE, DEPLOYMENT, SIBLING_DEPLOYMENT, COUSIN_DEPLOYMENT),
            WORKSPACE,
            Set.of(WORKSPACE, DEPLOYMENT, SIBLING_DEPLOYMENT),
            DEPLOYMENT,
            Set.of(DEPLOYMENT));

    /** By what a role is held on: where else roles of that scope can be held. */
    private static final Map<ResourcePath, Set<ResourcePath>> FITTING = Map.of(
            ORGANIZATION,
            Set.of(ORGANIZATION, Callers.OTHER_ORGANIZATION),
            WORKSPACE,
            Set.of(WORKSPACE, SIBLING_WORKSPACE, Callers.OTHER_WORKSPACE),
            DEPLOYMENT,
            Set.of(DEPLOYMENT, SIBLING_DEPLOYMENT, COUSIN_DEPLOYMENT, Callers.OTHER_DEPLOYMENT));

    static List<String> roles() {
        return List.copyOf(TABLE.byRole().keySet());
    }

    @ParameterizedTest
    @MethodSource("roles")
    void aRoleReachesWhatItIsHeldOnAndWhatIsBelow(String role) {
        ResourcePath place = Callers.placeOf(role);
        Caller caller = Callers.with(Grants.of(place.id(), role));
        for (String permission : TABLE.permissions()) {
            for (ResourcePath resource : EVERYWHERE) {
                boolean expected =
                        TABLE.holds(role, permission) && REACH.get(place).contains(resource);
                String what = role + " on " + place.name() + ": " + permission + " on " + resource.name();
                assertEquals(expected, caller.may(permission, resource), what);
                assertRequired(expected, caller, permission, resource, what);
            }
            assertEquals(TABLE.holds(role, permission), caller.holdsAnywhere(permission));
        }
    }

    private static void assertRequired(
            boolean expected, Caller caller, String permission, ResourcePath resource, String what) {
        if (expected) {
            assertDoesNotThrow(() -> caller.require(permission, resource), what);
            return;
        }
        Refusal refusal = assertThrows(Refusal.class, () -> caller.require(permission, resource), what);
        boolean own = resource.organization().equals(ORGANIZATION.organization());
        assertEquals(own ? Refusal.Code.PERMISSION_DENIED : Refusal.Code.NOT_FOUND, refusal.code(), what);
    }

    /** Roles of a caller in another organization, by whatever mistake they came there, count for nothing. */
    @ParameterizedTest
    @MethodSource("roles")
    void rolesInAnotherOrganizationCountForNothing(String role) {
        Caller caller = Callers.with(new Grants(Map.of(
                Callers.OTHER_ORGANIZATION.id(), List.of(role),
                Callers.OTHER_WORKSPACE.id(), List.of(role),
                Callers.OTHER_DEPLOYMENT.id(), List.of(role))));
        for (String permission : TABLE.permissions()) {
            for (ResourcePath resource : EVERYWHERE) {
                assertEquals(false, caller.may(permission, resource), permission + " on " + resource.name());
            }
        }
    }

    /** Nobody hands out more than they hold: what one may give is what one has, permission by permission. */
    @ParameterizedTest
    @MethodSource("roles")
    void rolesAreHandedOutByThoseWhoHoldAllOfThem(String role) {
        ResourcePath place = Callers.placeOf(role);
        Caller caller = Callers.with(Grants.of(place.id(), role));
        for (String given : TABLE.byRole().keySet()) {
            boolean holdsAll =
                    TABLE.byRole().get(role).containsAll(TABLE.byRole().get(given));
            for (ResourcePath resource : EVERYWHERE) {
                String what = role + " gives " + given + " on " + resource.name();
                boolean fits = FITTING.get(Callers.placeOf(given)).contains(resource);
                if (fits && holdsAll && REACH.get(place).contains(resource)) {
                    assertDoesNotThrow(() -> Callers.requireToHold(caller, given, resource), what);
                } else {
                    Refusal refusal =
                            assertThrows(Refusal.class, () -> Callers.requireToHold(caller, given, resource), what);
                    assertEquals(fits ? "ROLE_EXCEEDS_CALLER" : "INVALID_ARGUMENT", refusal.reason(), what);
                }
            }
        }
    }
}
