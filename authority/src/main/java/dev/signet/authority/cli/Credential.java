package dev.signet.authority.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The credential of this call, looked at before anything is sent.
 *
 * @param token a secret, never printed
 * @param organization the organization's bare id; null for a platform token
 * @param authority the only one that it may be sent to; null for any
 */
record Credential(
        String token,
        @Nullable String organization,
        @Nullable Endpoint authority) {

    /** @param source what to call it in messages */
    static Credential of(String source, String token, @Nullable Endpoint authority, Instant now) {
        DecodedToken decoded;
        Instant expiry;
        try {
            decoded = DecodedToken.parse(token);
            expiry = decoded.expiry();
        } catch (IllegalArgumentException e) {
            throw Failure.refused(source + " is malformed: " + e.getMessage());
        }
        if (expiry != null && !now.isBefore(expiry)) {
            throw Failure.refused(source + " expired at " + expiry);
        }
        return new Credential(token, decoded.claim("org"), authority);
    }

    @Override
    public String toString() {
        return "Credential[organization=" + organization + "]";
    }
}
