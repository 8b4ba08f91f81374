package dev.signet.verifier.token;

/** A token whose signature fits under a key. Whether it may be used now is for the trust state to say. */
public final class VerifiedToken {
    private final String text;
    private final VerificationKey key;
    private final Claims claims;

    VerifiedToken(String text, VerificationKey key, Claims claims) {
        this.text = text;
        this.key = key;
        this.claims = claims;
    }

    /** The token itself, a secret. */
    public String text() {
        return text;
    }

    /** The key that the signature fits under: this very object, whatever else bears its id. */
    public VerificationKey key() {
        return key;
    }

    public Claims claims() {
        return claims;
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "VerifiedToken[sub=" + claims.subject() + ", jti=" + claims.valueId() + "]";
    }
}
