package dev.signet.authority.load;

/** The load test cannot be made; the message says why, for people. */
public final class LoadFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LoadFailure(String message) {
        super(message);
    }
}
