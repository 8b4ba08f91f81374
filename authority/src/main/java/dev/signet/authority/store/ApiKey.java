package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An API key, without its secret.
 *
 * @param id {@code key_…}
 * @param secretSha256 SHA-256 of the secret, in hex
 * @param index in the status list, of every access token obtained with it
 * @param createdBy resource name of the credential that made it
 * @param lastUsedTime when a verifier last accepted an access token of it, null where none did
 * @param disabled whether it is not exchanged, as it was restored and may have been deleted since its backup
 */
public record ApiKey(
        String id,
        ResourcePath deployment,
        String displayName,
        String description,
        String secretSha256,
        int index,
        Instant createTime,
        Instant updateTime,
        String createdBy,
        long version,
        @Nullable Instant lastUsedTime,
        boolean disabled) {
    /** How long an access token lives. */
    public static final Duration ACCESS_LIFETIME = Duration.ofHours(1);

    /** A key that can be exchanged. */
    public ApiKey(
            String id,
            ResourcePath deployment,
            String displayName,
            String description,
            String secretSha256,
            int index,
            Instant createTime,
            Instant updateTime,
            String createdBy,
            long version,
            @Nullable Instant lastUsedTime) {
        this(
                id,
                deployment,
                displayName,
                description,
                secretSha256,
                index,
                createTime,
                updateTime,
                createdBy,
                version,
                lastUsedTime,
                false);
    }

    /** Resource name, {@code …/deployments/{dep}/apiKeys/{key}}. */
    public String name() {
        return name(deployment, id);
    }

    public static String name(ResourcePath deployment, String id) {
        return deployment.name() + "/apiKeys/" + id;
    }

    /** The hash as bytes. */
    public byte[] secretHash() {
        return HexFormat.of().parseHex(secretSha256);
    }

    /** The key under another name. */
    public ApiKey described(String displayName, String description, Instant updateTime) {
        return changed(displayName, description, updateTime, disabled);
    }

    /** The key as it can be exchanged again. */
    public ApiKey enabled(Instant updateTime) {
        return changed(displayName, description, updateTime, false);
    }

    private ApiKey changed(String displayName, String description, Instant updateTime, boolean disabled) {
        return new ApiKey(
                id,
                deployment,
                displayName,
                description,
                secretSha256,
                index,
                createTime,
                updateTime,
                createdBy,
                version + 1,
                lastUsedTime,
                disabled);
    }

    /** Nothing that helps to guess the secret. */
    @Override
    public String toString() {
        return "ApiKey[" + id + "]";
    }
}
