package dev.signet.verifier.trust;

import dev.signet.verifier.token.ResourcePath;
import java.util.Set;

/**
 * A role that an organization made for its deployments.
 *
 * @param permissions what it permits
 * @param restrictedWorkspaces ids of the only workspaces in which it permits anything; empty means all
 */
public record CustomRole(Set<String> permissions, Set<String> restrictedWorkspaces) {

    public CustomRole {
        permissions = Set.copyOf(permissions);
        restrictedWorkspaces = Set.copyOf(restrictedWorkspaces);
    }

    /** Whether whoever holds the role on this deployment may do that there. */
    public boolean permits(String permission, ResourcePath deployment) {
        return permissions.contains(permission) && appliesIn(deployment);
    }

    /** Whether the role may be held on this deployment. */
    public boolean appliesIn(ResourcePath deployment) {
        String workspace = deployment.workspace();
        return restrictedWorkspaces.isEmpty() || (workspace != null && restrictedWorkspaces.contains(workspace));
    }
}
