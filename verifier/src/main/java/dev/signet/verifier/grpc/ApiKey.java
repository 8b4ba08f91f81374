package dev.signet.verifier.grpc;

import dev.signet.verifier.token.IdType;

/**
 * An API key, a secret.
 *
 * @param id the bare id, {@code key_…}
 * @param secret {@code sgk_…}
 */
public record ApiKey(String id, String secret) {
    public ApiKey {
        // Neither is told: whoever mixed them up would find the secret in a log.
        if (!IdType.KEY.matches(id)) {
            throw new IllegalArgumentException("id is not that of an API key: it must be a bare key_…");
        }
        if (!secret.startsWith("sgk_")) {
            throw new IllegalArgumentException("secret is not that of an API key: it must be sgk_…");
        }
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return "ApiKey[" + id + "]";
    }
}
