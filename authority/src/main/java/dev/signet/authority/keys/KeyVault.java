package dev.signet.authority.keys;

import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.token.Algorithm;
import java.security.PublicKey;

/** Where private keys are kept. Thread-safe. */
interface KeyVault {

    /** Makes a pair. May take a second, so never within a transaction. */
    MadeKey generate(Algorithm algorithm);

    /** Whether {@link #open} can open what the store keeps of a private half. */
    boolean keeps(String secret);

    /**
     * Opens a key to sign with.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where what is configured does not open it
     */
    SigningKey open(String id, Algorithm algorithm, String secret);

    /** Opens a key that signs tokens. */
    default SigningKey open(StoredKey key) {
        return open(key.id(), key.algorithm(), key.secret());
    }

    /**
     * A pair that nobody knows yet.
     *
     * @param id the {@code kid}: the thumbprint of the public half (RFC 7638)
     * @param secret what the store is to keep of the private half: something sealed, or where it is
     */
    record MadeKey(String id, Algorithm algorithm, PublicKey publicKey, String secret) {
        @Override
        public String toString() {
            return "MadeKey[" + id + "]";
        }
    }
}
