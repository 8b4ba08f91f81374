package dev.signet.authority.store;

import dev.signet.verifier.token.Algorithm;
import java.time.Instant;

/**
 * The key that the feed is signed with, as it lies in the store.
 *
 * @param id the thumbprint of the public half (RFC 7638)
 * @param publicKey the public half, DER in base64
 * @param secret the private half as a JWE under the master key, or where else it is kept
 */
public record StoredFeedKey(String id, Algorithm algorithm, String publicKey, String secret, Instant createTime) {

    public StoredFeedKey with(String secret) {
        return new StoredFeedKey(id, algorithm, publicKey, secret, createTime);
    }

    @Override
    public String toString() {
        return "StoredFeedKey[" + id + "]";
    }
}
