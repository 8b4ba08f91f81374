package dev.signet.verifier.token;

import java.util.Optional;

/** The signature algorithms that a token may use (RFC 7518 section 3, RFC 8037). The key says which, never the header. */
public enum Algorithm {
    ES256("ES256", "EC"),
    EDDSA("EdDSA", "EdDSA"),
    RS256("RS256", "RSA"),
    PS256("PS256", "RSA");

    private final String headerName;
    private final String keyAlgorithm;

    Algorithm(String headerName, String keyAlgorithm) {
        this.headerName = headerName;
        this.keyAlgorithm = keyAlgorithm;
    }

    /** The value of {@code alg}. */
    public String headerName() {
        return headerName;
    }

    /** The name under which a {@link java.security.KeyFactory} knows such keys. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    public static Optional<Algorithm> named(String headerName) {
        for (Algorithm algorithm : values()) {
            if (algorithm.headerName.equals(headerName)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }
}
