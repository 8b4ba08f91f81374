package dev.signet.authority.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The {@code Authorization} header of a request (RFC 9110 section 11.6.2), a secret.
 *
 * @param scheme in small letters
 */
public record Authorization(String scheme, String value) {
    public static final String BEARER = "bearer";
    public static final String BASIC = "basic";

    /**
     * An id with its secret.
     *
     * @param secret empty where none was sent
     */
    public record IdAndSecret(String id, String secret) {
        @Override
        public String toString() {
            return "IdAndSecret[" + id + "]";
        }
    }

    /**
     * Reads the header.
     *
     * @return null where there is none
     * @throws BadForm where there are two, or one that names no scheme
     */
    public static @Nullable Authorization of(HttpRequest request) {
        String text = request.header("Authorization");
        if (text == null) {
            return null;
        }
        int space = text.indexOf(' ');
        if (space <= 0) {
            throw new BadForm("Authorization", "must be a scheme and what it takes");
        }
        return new Authorization(
                text.substring(0, space).toLowerCase(Locale.ROOT),
                text.substring(space + 1).strip());
    }

    /**
     * What the scheme {@code Basic} carries, as OAuth has it: id and secret are encoded like a form (RFC 6749 section
     * 2.3.1).
     *
     * @throws BadForm where it is something else
     */
    public IdAndSecret basic() {
        String pair;
        try {
            pair = new String(Base64.getDecoder().decode(value), UTF_8);
        } catch (IllegalArgumentException e) {
            throw notBasic();
        }
        int colon = pair.indexOf(':');
        if (colon < 0) {
            throw notBasic();
        }
        return new IdAndSecret(
                Parameters.decode(pair.substring(0, colon)), Parameters.decode(pair.substring(colon + 1)));
    }

    private static BadForm notBasic() {
        return new BadForm("Authorization", "must be id and secret in base64");
    }

    /** Not the value, which is a secret. */
    @Override
    public String toString() {
        return "Authorization[" + scheme + "]";
    }
}
