package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import java.time.Instant;
import java.util.List;
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
 * @param value the value that works
 * @param previous the value before it, where a rotation left it a grace, else null
 * @param lastUsedTime when a verifier last accepted it, null where none did
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
        IssuedValue value,
        @Nullable Previous previous,
        @Nullable Instant lastUsedTime) {

    /**
     * A value that was rotated away and may still be used for a while.
     *
     * @param keyId the key that signed it
     * @param notAfter the last moment at which it is good
     * @param expireTime its own {@code exp}, null for never
     */
    public record Previous(
            String valueId,
            int index,
            String keyId,
            Instant notAfter,
            @Nullable Instant expireTime) {

        /** It, as it ends. */
        public EndedValue ended() {
            return new EndedValue(index, expireTime);
        }
    }

    /** The kind of its values, which is also its scope. */
    public Kind kind() {
        return kindOf(resource);
    }

    /** The token with these grants. */
    public ApiToken granted(Grants grants) {
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
                value,
                previous,
                lastUsedTime);
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
                value,
                previous,
                lastUsedTime);
    }

    /** The token with other roles. */
    public ApiToken regranted(Grants grants, Instant updateTime) {
        return described(displayName, description, updateTime).granted(grants);
    }

    /** The token with another value; the present one ends at once where there is no {@code previous}. */
    public ApiToken rotated(IssuedValue value, @Nullable Previous previous, Instant rotateTime) {
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
                value,
                previous,
                lastUsedTime);
    }

    /** The token without the value before the present one, which has ended. */
    public ApiToken settled() {
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
                value,
                null,
                lastUsedTime);
    }

    /** All its values, as they end. */
    public List<EndedValue> ended() {
        return previous == null ? List.of(EndedValue.of(value)) : List.of(EndedValue.of(value), previous.ended());
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
