package dev.signet.verifier.token;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;

/** The SHA-256 of a key's required members in their one canonical form (RFC 7638, RFC 8037 section 2). */
final class Thumbprint {
    private static final int COORDINATE = 32;

    private Thumbprint() {}

    /** @param key of one of the kinds that a {@link VerificationKey} takes: P-256, Ed25519 or RSA */
    static String of(PublicKey key) {
        String members;
        if (key instanceof ECPublicKey ec) {
            members = "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}"
                    .formatted(
                            coordinate(ec.getW().getAffineX()),
                            coordinate(ec.getW().getAffineY()));
        } else if (key instanceof RSAPublicKey rsa) {
            members = "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}"
                    .formatted(
                            base64(VerificationKey.unsigned(rsa.getPublicExponent())),
                            base64(VerificationKey.unsigned(rsa.getModulus())));
        } else {
            byte[] encoded = key.getEncoded();
            // The key itself is what RFC 8410 puts last.
            members = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"%s\"}"
                    .formatted(base64(Arrays.copyOfRange(encoded, encoded.length - COORDINATE, encoded.length)));
        }
        try {
            return base64(MessageDigest.getInstance("SHA-256").digest(members.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new CryptoFault("SHA-256 is not to be had", e);
        }
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = VerificationKey.unsigned(value);
        byte[] padded = new byte[COORDINATE];
        System.arraycopy(bytes, 0, padded, COORDINATE - bytes.length, bytes.length);
        return base64(padded);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
