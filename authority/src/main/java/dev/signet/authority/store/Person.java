package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import java.time.Duration;
import java.time.Instant;

/**
 * A user: a person in an organization.
 *
 * @param id {@code usr_…}
 * @param index in the status list, of every user token
 * @param createdBy resource name of the credential that invited the person
 */
public record Person(
        String id,
        String organization,
        String email,
        Grants grants,
        int index,
        Instant createTime,
        Instant updateTime,
        String createdBy) {
    /** The longest life that a user token may have. */
    public static final Duration LONGEST_LIFETIME = Duration.ofHours(24);

    /** Resource name, {@code organizations/{org}/users/{usr}}. */
    public String name() {
        return name(organization, id);
    }

    public static String name(String organization, String id) {
        return "organizations/" + organization + "/users/" + id;
    }

    /** The user with these roles. */
    public Person granted(Grants grants, Instant updateTime) {
        return new Person(id, organization, email, grants, index, createTime, updateTime, createdBy);
    }
}
