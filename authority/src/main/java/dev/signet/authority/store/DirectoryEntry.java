package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An organization, a workspace or a deployment.
 *
 * @param description always empty for organizations
 * @param version counts the updates
 * @param policy what an organization asks of its tokens; null for workspaces and deployments
 */
public record DirectoryEntry(
        ResourcePath path,
        String displayName,
        String description,
        Instant createTime,
        Instant updateTime,
        long version,
        @Nullable OrganizationPolicy policy) {

    /** An entry that is new; an organization has the default policy. */
    public DirectoryEntry(ResourcePath path, String displayName, String description, Instant createTime) {
        this(
                path,
                displayName,
                description,
                createTime,
                createTime,
                1,
                path.workspace() == null ? OrganizationPolicy.DEFAULT : null);
    }

    /** The entry after an update. */
    public DirectoryEntry updated(
            String displayName, String description, @Nullable OrganizationPolicy policy, Instant updateTime) {
        return new DirectoryEntry(path, displayName, description, createTime, updateTime, version + 1, policy);
    }

    /** An organization's policy. */
    public OrganizationPolicy requirePolicy() {
        if (policy == null) {
            throw new IllegalStateException("only organizations have a policy");
        }
        return policy;
    }
}
