package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API token.
 *
 * @param id {@code tok_…}
 * @param resource the organization, workspace or deployment to which it belongs
 * @param grants the roles it holds now
 * @param expiryPeriodDays from issue to expiry, null for never
 * @param lastRotatedTime null where it never was
 * @param createdBy resource name of the credential that made it
 * @param version counts the updates
 * @param value the one value that works
 */
public record ApiToken(
        String id,
        ResourcePath resource,
        String displayName,
        String description,
        Grants grants,
        @Nullable Integer expiryPeriodDays,
        Instant createTime,
        Instant updateTime,
        @Nullable Instant lastRotatedTime,
        String createdBy,
        long version,
        IssuedValue value) {

    /** The kind of its values, which is also its scope. */
    public Kind kind() {
        return kindOf(resource);
    }

    /** The token with these grants. */
    ApiToken granted(Grants grants) {
        return new ApiToken(
                id,
                resource,
                displayName,
                description,
                grants,
                expiryPeriodDays,
                createTime,
                updateTime,
                lastRotatedTime,
                createdBy,
                version,
                value);
    }

    /** The token under another name. */
    public ApiToken described(String displayName, String description, Instant updateTime) {
        return new ApiToken(
                id,
                resource,
                displayName,
                description,
                grants,
                expiryPeriodDays,
                createTime,
                updateTime,
                lastRotatedTime,
                createdBy,
                version + 1,
                value);
    }

    /** The token with another value. */
    public ApiToken rotated(IssuedValue value, Instant rotateTime) {
        return new ApiToken(
                id,
                resource,
                displayName,
                description,
                grants,
                expiryPeriodDays,
                createTime,
                rotateTime,
                rotateTime,
                createdBy,
                version + 1,
                value);
    }

    /** Resource name, {@code organizations/{org}/tokens/{tok}}. */
    public String name() {
        return name(resource.organization(), id);
    }

    public static String name(String organization, String id) {
        return "organizations/" + organization + "/tokens/" + id;
    }

    public static Kind kindOf(ResourcePath resource) {
        return resource.deployment() != null
                ? Kind.DEPLOYMENT
                : resource.workspace() != null ? Kind.WORKSPACE : Kind.ORGANIZATION;
    }
}
