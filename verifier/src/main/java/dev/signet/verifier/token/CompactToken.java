package dev.signet.verifier.token;

import org.jspecify.annotations.Nullable;

/**
 * A token as it was read: well-formed, and vouched for by nobody. Only {@link #verifiedWith} makes more of it.
 *
 * @see TokenCodec#read
 */
public final class CompactToken {
    private final String text;
    private final byte[] bytes;
    private final int signedLength;
    private final Header header;
    private final byte[] payload;
    private final byte[] signature;

    CompactToken(String text, byte[] bytes, int signedLength, Header header, byte[] payload, byte[] signature) {
        this.text = text;
        this.bytes = bytes;
        this.signedLength = signedLength;
        this.header = header;
        this.payload = payload;
        this.signature = signature;
    }

    public Header header() {
        return header;
    }

    /**
     * Checks the signature, and only then looks at the claims.
     *
     * @return null where the signature does not fit
     * @throws UnsupportedAlgorithm where the header does not agree with the key
     * @throws MalformedToken where the signature fits and the claims are still not those of a token
     * @throws CryptoFault where the crypto provider failed, which says nothing about the token
     */
    public @Nullable VerifiedToken verifiedWith(VerificationKey key) {
        if (header.algorithm() != key.algorithm()) {
            throw new UnsupportedAlgorithm();
        }
        if (!key.verifies(bytes, signedLength, signature)) {
            return null;
        }
        UsualHeader.note(bytes, text.indexOf('.'), header);
        return new VerifiedToken(text, key, TokenCodec.readClaims(payload));
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "CompactToken[keyId=" + header.keyId() + "]";
    }
}
