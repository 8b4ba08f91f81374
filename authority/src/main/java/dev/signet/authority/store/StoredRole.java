package dev.signet.authority.store;

import dev.signet.verifier.trust.CustomRole;
import java.time.Instant;

/**
 * A custom role of an organization.
 *
 * @param id {@code rol_…}, under which grants name it
 * @param version counts the updates
 */
public record StoredRole(
        String id,
        String organization,
        String displayName,
        String description,
        CustomRole role,
        Instant createTime,
        Instant updateTime,
        long version) {

    /** Resource name, {@code organizations/{org}/roles/{rol}}. */
    public String name() {
        return name(organization, id);
    }

    public static String name(String organization, String id) {
        return "organizations/" + organization + "/roles/" + id;
    }
}
