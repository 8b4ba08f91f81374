package dev.signet.verifier.feed;

import dev.signet.v1.VerificationKey;
import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which key an authority must sign with to be believed, and what is signed with it. Thread-safe. */
public interface FeedKeys {

    /** Whether an authority that welcomes with this key may be followed. Where not, the reason is logged. */
    boolean accepts(VerificationKey welcomed);

    /** Whether this is the key that is pinned, or was accepted before; then it is accepted now. */
    boolean knows(VerificationKey welcomed);

    /**
     * Whether the accepted key signed these bytes; false while none is accepted.
     *
     * @param signature in its JWS form
     * @throws dev.signet.verifier.token.CryptoFault where the crypto provider failed, so that nothing can be said
     */
    boolean verifies(byte[] input, byte[] signature);

    /**
     * Accepts one key for good: the one that is pinned, else the first that is seen.
     *
     * @param pin the key's id (RFC 7638), or null
     * @param folder where the accepted key is kept in {@code feed-key}, and taken from at the next start; null to keep
     *     it for the life of this object
     * @throws InvalidConfiguration where the pin is no id of a key, or the folder or what it keeps cannot be used
     */
    static FeedKeys of(@Nullable String pin, @Nullable Path folder) {
        return TrustedFeedKey.open(pin == null ? null : thumbprint(pin), folder);
    }

    /**
     * Reads a pin.
     *
     * @throws InvalidConfiguration where it is no id of a key
     */
    static String thumbprint(String pin) {
        if (!TrustedFeedKey.isThumbprint(pin)) {
            throw new InvalidConfiguration(
                    "feed-key",
                    "must be the id of a feed key, 43 characters of base64url: the authority logs it at its start");
        }
        return pin;
    }
}
