package dev.signet.verifier.token;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An organization, a workspace or a deployment with its parents.
 *
 * @param organization the organization's id
 * @param workspace the workspace's id, or null for the organization itself
 * @param deployment the deployment's id, or null
 */
public record ResourcePath(
        String organization,
        @Nullable String workspace,
        @Nullable String deployment) {
    private static final String ORGANIZATIONS = "organizations/";
    private static final String WORKSPACES = "/workspaces/";
    private static final String DEPLOYMENTS = "/deployments/";

    public ResourcePath {
        if (!IdType.ORGANIZATION.matches(organization)
                || (workspace != null && !IdType.WORKSPACE.matches(workspace))
                || (deployment != null && (workspace == null || !IdType.DEPLOYMENT.matches(deployment)))) {
            throw new IllegalArgumentException("not a resource path: organization=%s workspace=%s deployment=%s"
                    .formatted(organization, workspace, deployment));
        }
    }

    public static ResourcePath organization(String organization) {
        return new ResourcePath(organization, null, null);
    }

    public static ResourcePath workspace(String organization, String workspace) {
        return new ResourcePath(organization, workspace, null);
    }

    public static ResourcePath deployment(String organization, String workspace, String deployment) {
        return new ResourcePath(organization, workspace, deployment);
    }

    /** Reads {@code organizations/{org}[/workspaces/{wsp}[/deployments/{dep}]]}; empty where the name is anything else. */
    public static Optional<ResourcePath> parse(String name) {
        String[] parts = name.split("/", -1);
        boolean shaped = (parts.length == 2 || parts.length == 4 || parts.length == 6)
                && parts[0].equals("organizations")
                && (parts.length < 4 || parts[2].equals("workspaces"))
                && (parts.length < 6 || parts[4].equals("deployments"));
        if (!shaped
                || !IdType.ORGANIZATION.matches(parts[1])
                || (parts.length >= 4 && !IdType.WORKSPACE.matches(parts[3]))
                || (parts.length == 6 && !IdType.DEPLOYMENT.matches(parts[5]))) {
            return Optional.empty();
        }
        return Optional.of(
                new ResourcePath(parts[1], parts.length >= 4 ? parts[3] : null, parts.length == 6 ? parts[5] : null));
    }

    /** The resource's own bare id. */
    public String id() {
        return deployment != null ? deployment : workspace != null ? workspace : organization;
    }

    /** The resource name, as AIP-122 has it. */
    public String name() {
        return ORGANIZATIONS
                + organization
                + (workspace == null ? "" : WORKSPACES + workspace)
                + (deployment == null ? "" : DEPLOYMENTS + deployment);
    }
}
