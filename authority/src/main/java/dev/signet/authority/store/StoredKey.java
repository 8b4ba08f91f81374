package dev.signet.authority.store;

import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.time.Instant;

/**
 * A signing key as it lies in the store.
 *
 * @param id the {@code kid}
 * @param secret the private half as a JWE under the master key, or where else it is kept
 * @param stateTime since when it is in its state
 */
public record StoredKey(
        String id, Algorithm algorithm, KeyState state, String secret, Instant createTime, Instant stateTime) {

    public StoredKey in(KeyState state, Instant since) {
        return new StoredKey(id, algorithm, state, secret, createTime, since);
    }

    public StoredKey with(String secret) {
        return new StoredKey(id, algorithm, state, secret, createTime, stateTime);
    }

    @Override
    public String toString() {
        return "StoredKey[" + id + ", " + state + "]";
    }
}
