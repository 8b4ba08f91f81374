package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;

/**
 * An organization, a workspace or a deployment.
 *
 * @param description always empty for organizations
 * @param version counts the updates
 */
public record DirectoryEntry(
        ResourcePath path,
        String displayName,
        String description,
        Instant createTime,
        Instant updateTime,
        long version) {}
