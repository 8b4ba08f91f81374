package dev.signet.verifier.token;

/**
 * Text that is not a token. Its message tells what is wrong without quoting the text. Without a stack trace, since
 * whoever sends rubbish decides how often it is thrown.
 */
public final class MalformedToken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedToken(String problem) {
        super(problem, null, false, false);
    }
}
