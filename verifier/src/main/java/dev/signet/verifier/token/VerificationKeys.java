package dev.signet.verifier.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Public keys, read once each: as long as anything refers to a key, the same id, algorithm and bytes give the same
 * object. So tokens remembered under it outlive a new snapshot of the trust state. Thread-safe.
 */
public final class VerificationKeys {
    /** By id, algorithm and bytes. To forget one is not worth a thread. */
    private final Cache<List<Object>, VerificationKey> keys =
            Caffeine.newBuilder().weakValues().executor(Runnable::run).build();

    /** @throws IllegalArgumentException where the bytes are no key for this algorithm, or one that is too weak */
    public VerificationKey get(String id, Algorithm algorithm, byte[] subjectPublicKeyInfo) {
        byte[] bytes = subjectPublicKeyInfo.clone();
        return keys.get(
                List.of(id, algorithm, ByteBuffer.wrap(bytes)),
                key -> VerificationKey.of(CryptoProvider.chosen(), id, algorithm, bytes));
    }
}
