package dev.signet.verifier.sidecar;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * The bearer token of a request (RFC 6750 section 2.1), or why there is none. What follows the scheme is not looked at:
 * whatever is no token is refused as malformed.
 *
 * @param text null exactly where there is a denial
 */
record PresentedToken(@Nullable String text, @Nullable Denial denial) {
    private static final String SCHEME = "Bearer";
    private static final PresentedToken NONE = new PresentedToken(null, Denial.CREDENTIALS_MISSING);
    private static final PresentedToken SEVERAL = new PresentedToken(null, Denial.CREDENTIALS_REPEATED);

    /**
     * In one header, of which the scheme's case is all that may vary.
     *
     * @param credentials every {@code Authorization} that was sent
     */
    static PresentedToken in(Iterator<String> credentials) {
        if (!credentials.hasNext()) {
            return NONE;
        }
        String one = credentials.next();
        if (credentials.hasNext()) {
            return SEVERAL;
        }
        int space = one.indexOf(' ');
        int at = space < 0 ? one.length() : space;
        if (at != SCHEME.length() || !one.regionMatches(true, 0, SCHEME, 0, at)) {
            return NONE;
        }
        while (at < one.length() && one.charAt(at) == ' ') {
            at++;
        }
        return new PresentedToken(one.substring(at), null);
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "PresentedToken[denial=" + denial + "]";
    }
}
