package dev.signet.authority.store;

import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.time.Instant;

/**
 * A signing key as it lies in the store.
 *
 * @param id the {@code kid}
 * @param sealedPrivateKey a JWE under the master key
 */
public record StoredKey(String id, Algorithm algorithm, KeyState state, String sealedPrivateKey, Instant createTime) {}
