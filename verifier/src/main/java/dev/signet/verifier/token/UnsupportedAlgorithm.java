package dev.signet.verifier.token;

/** A token whose header names an algorithm outside {@link Algorithm}. Without a stack trace, as senders decide on it. */
public final class UnsupportedAlgorithm extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedAlgorithm() {
        super("alg is not one of the accepted algorithms", null, false, false);
    }
}
