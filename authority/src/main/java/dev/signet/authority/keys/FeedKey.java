package dev.signet.authority.keys;

import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;

/**
 * The key that the feed is signed with: one an installation, made once, never among the keys that tokens are signed
 * with. No verifier checks a token with it, as it is never announced as a key for that. Thread-safe.
 */
public final class FeedKey {
    static final Algorithm ALGORITHM = Algorithm.ES256;

    private final VerificationKey key;
    private final SigningKey signer;

    private FeedKey(VerificationKey key, SigningKey signer) {
        this.key = key;
        this.signer = signer;
    }

    /**
     * Opens the installation's feed key, and makes it where there is none yet.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where what is configured does not open it
     */
    public static FeedKey open(Transaction tx, KeyRing ring, VerificationKeys keys, InstantSource clock) {
        StoredFeedKey stored = tx.feedKey().find().orElseGet(() -> make(tx, ring, clock));
        byte[] publicKey = Base64.getDecoder().decode(stored.publicKey());
        FeedKey opened = new FeedKey(keys.get(stored.id(), stored.algorithm(), publicKey), ring.open(stored));
        opened.checkItself();
        return opened;
    }

    private static StoredFeedKey make(Transaction tx, KeyRing ring, InstantSource clock) {
        // Of several authorities that start at once the first makes it, and the others find it.
        tx.keys().lock();
        return tx.feedKey().find().orElseGet(() -> insert(tx, ring.generate(ALGORITHM), clock));
    }

    private static StoredFeedKey insert(Transaction tx, MadeKey made, InstantSource clock) {
        StoredFeedKey fresh = new StoredFeedKey(
                made.id(),
                made.algorithm(),
                Base64.getEncoder().encodeToString(made.publicKey().getEncoded()),
                made.secret(),
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
        tx.feedKey().insert(fresh);
        return fresh;
    }

    /** Whether the halves belong together: a verifier would find out, and everything that it was told be refused. */
    private void checkItself() {
        byte[] probe = "signet-feed-self-check".getBytes(StandardCharsets.US_ASCII);
        if (!key.id().equals(key.thumbprint()) || !key.verifies(probe, sign(probe))) {
            throw new IllegalStateException("the store holds no feed key under kid=" + key.id());
        }
    }

    /** The public half; its id is the thumbprint (RFC 7638). */
    public VerificationKey key() {
        return key;
    }

    /** The signature over these bytes, in its JWS form: r and s (RFC 7518 section 3.4). */
    public byte[] sign(byte[] input) {
        return signer.sign(input);
    }
}
