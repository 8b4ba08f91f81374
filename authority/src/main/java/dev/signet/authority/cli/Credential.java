package dev.signet.authority.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credential of this call, looked at before anything is sent.
 *
 * @param token a secret, never printed
 * @param organization the organization's bare id; null for a platform token
 */
record Credential(String token, @Nullable String organization) {
    private static final String VARIABLE = "ASTRO_API_TOKEN";
    private static final String KEY_ID = "ASTRONOMER_KEY_ID";

    /** Finds the credential in the environment. */
    static Credential of(Shell shell) {
        String text = shell.variable(VARIABLE);
        if (text == null) {
            throw Failure.refused(
                    shell.variable(KEY_ID) == null
                            ? "no credential: set " + VARIABLE
                            : KEY_ID + " and ASTRONOMER_KEY_SECRET are not supported yet: set " + VARIABLE);
        }
        if (shell.variable(KEY_ID) != null) {
            shell.say("signet: " + KEY_ID + " is ignored, " + VARIABLE + " is used");
        }
        return of(text.strip(), shell.clock().instant());
    }

    static Credential of(String token, Instant now) {
        DecodedToken decoded;
        Instant expiry;
        try {
            decoded = DecodedToken.parse(token);
            expiry = decoded.expiry();
        } catch (IllegalArgumentException e) {
            throw Failure.refused(VARIABLE + " is malformed: " + e.getMessage());
        }
        if (expiry != null && !now.isBefore(expiry)) {
            throw Failure.refused(VARIABLE + " expired at " + expiry);
        }
        return new Credential(token, decoded.claim("org"));
    }

    @Override
    public String toString() {
        return "Credential[organization=" + organization + "]";
    }
}
