package dev.signet.verifier.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;

/**
 * Public keys, read once each: as long as anything refers to a key, the same id, algorithm and bytes give the same
 * object. So tokens remembered under it outlive a new snapshot of the trust state. Thread-safe.
 */
public final class VerificationKeys {
    private record Material(String id, Algorithm algorithm, ByteBuffer subjectPublicKeyInfo) {}

    private final Cache<Material, VerificationKey> keys =
            Caffeine.newBuilder().weakValues().build();

    /** @throws IllegalArgumentException where the bytes are no key for this algorithm, or one that is too weak */
    public VerificationKey get(String id, Algorithm algorithm, byte[] subjectPublicKeyInfo) {
        byte[] bytes = subjectPublicKeyInfo.clone();
        return keys.get(
                new Material(id, algorithm, ByteBuffer.wrap(bytes)),
                material -> VerificationKey.of(CryptoProvider.chosen(), id, algorithm, bytes));
    }
}
