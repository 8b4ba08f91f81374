package dev.signet.authority.store;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a token's value, which itself is never stored.
 *
 * @param valueId the {@code jti}
 * @param index in the status list
 * @param keyId the signing key
 * @param grantsRevision the {@code grants_rev}
 * @param audience the {@code aud}
 * @param issueTime the {@code iat}
 * @param expireTime the {@code exp}, null for never
 */
public record IssuedValue(
        String valueId,
        int index,
        String keyId,
        long grantsRevision,
        String audience,
        Instant issueTime,
        @Nullable Instant expireTime) {}
