package dev.signet.verifier.token;

/** The crypto provider failed. It says nothing about the token at hand, which is neither accepted nor called bad. */
public final class CryptoFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CryptoFault(String what, Throwable cause) {
        super(what, cause);
    }
}
