package dev.signet.verifier.trust;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What each role permits, and the one decision that follows from it. A role that is not known permits nothing.
 *
 * @param permissions permissions by the role's name; never changes
 */
public record Roles(Map<String, Set<String>> permissions) {
    public static final Roles NONE = new Roles(Map.of());

    public Roles {
        permissions = permissions.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> Set.copyOf(entry.getValue())));
    }

    /** The permissions of a role, empty where it is not known. */
    public Set<String> of(String role) {
        return permissions.getOrDefault(role, Set.of());
    }

    /** Whether some grant on the resource or on a parent of it holds the permission; several grants add up. */
    public boolean allow(Grants grants, String permission, ResourcePath resource) {
        String workspace = resource.workspace();
        String deployment = resource.deployment();
        return anyHolds(grants.on(resource.organization()), permission)
                || (workspace != null && anyHolds(grants.on(workspace), permission))
                || (deployment != null && anyHolds(grants.on(deployment), permission));
    }

    private boolean anyHolds(List<String> held, String permission) {
        for (String role : held) {
            if (of(role).contains(permission)) {
                return true;
            }
        }
        return false;
    }
}
