package dev.signet.authority.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Which API keys came with their secrets before, so that they are let through where an address is not trusted with
 * unknown ones. It lets nobody in: the store is asked all the same. Of a secret only a digest is kept. Thread-safe.
 */
public final class ProvenSecrets {
    private static final int REMEMBERED = 20_000;
    private static final Duration AFTER_LAST_USE = Duration.ofHours(24);

    private final Cache<ByteBuffer, Boolean> proven;

    /** @param nanos monotonic time */
    public ProvenSecrets(LongSupplier nanos) {
        this.proven = Caffeine.newBuilder()
                .maximumSize(REMEMBERED)
                .expireAfterAccess(AFTER_LAST_USE)
                .ticker(nanos::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    public boolean contains(String id, String secret) {
        return proven.getIfPresent(digest(id, secret)) != null;
    }

    public void add(String id, String secret) {
        proven.put(digest(id, secret), true);
    }

    public void remove(String id, String secret) {
        proven.invalidate(digest(id, secret));
    }

    private static ByteBuffer digest(String id, String secret) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(id.getBytes(UTF_8));
            // In no id.
            sha256.update((byte) 0);
            return ByteBuffer.wrap(sha256.digest(secret.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
