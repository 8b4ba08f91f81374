package dev.signet.authority.load;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a call is about: the state of the token it presents, or what it asks of the authority. */
public enum Kind {
    /** A good token that the verifier has verified before. */
    KNOWN,
    /** A good token that the verifier has never seen. */
    FIRST_SEEN,
    /** A token that was deleted. */
    REVOKED,
    /** Text that is no token, or a token with a signature that does not fit. */
    MALFORMED,
    CREATE,
    EXCHANGE,
    ROTATE;

    /** Those that a mix is made of. */
    static final List<Kind> OF_TOKENS = List.of(KNOWN, FIRST_SEEN, REVOKED, MALFORMED);

    /** As it is written on the command line and in results. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> labelsOfTokens() {
        return OF_TOKENS.stream().map(Kind::label).toList();
    }

    static Kind ofTokens(String label) {
        return Arrays.stream(values())
                .filter(kind -> OF_TOKENS.contains(kind) && kind.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(label));
    }
}
