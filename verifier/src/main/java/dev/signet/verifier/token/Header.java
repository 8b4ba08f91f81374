package dev.signet.verifier.token;

/**
 * A token's header: exactly these three members (RFC 7515 section 4.1, RFC 9068 section 2.1).
 *
 * @param algorithm the {@code alg}, which must agree with the key's
 * @param keyId the {@code kid}
 */
public record Header(Algorithm algorithm, String keyId) {
    /** The {@code typ} of every token. */
    public static final String TYPE = "at+jwt";

    static final int MAXIMUM_KEY_ID = 64;
}
