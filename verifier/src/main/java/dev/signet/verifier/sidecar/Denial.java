package dev.signet.verifier.sidecar;

import dev.signet.verifier.verify.Verdict.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not let through, over HTTP.
 *
 * @param status what the client should get
 * @param reason stable, for programs and for whoever looks why
 * @param error the error of RFC 6750 that the challenge tells; null where it tells none
 */
record Denial(int status, String reason, @Nullable String error) {
    /** Nothing is wrong with a client that did not know; RFC 6750 has it told no error. */
    static final Denial CREDENTIALS_MISSING = new Denial(401, "CREDENTIALS_MISSING", null);

    static final Denial CREDENTIALS_REPEATED = new Denial(400, "CREDENTIALS_REPEATED", "invalid_request");
    static final Denial PARAMETER_UNKNOWN = new Denial(400, "PARAMETER_UNKNOWN", "invalid_request");
    static final Denial PARAMETER_REPEATED = new Denial(400, "PARAMETER_REPEATED", "invalid_request");
    static final Denial PARAMETER_MISSING = new Denial(400, "PARAMETER_MISSING", "invalid_request");
    static final Denial PERMISSION_INVALID = new Denial(400, "PERMISSION_INVALID", "invalid_request");
    static final Denial RESOURCE_INVALID = new Denial(400, "RESOURCE_INVALID", "invalid_request");
    static final Denial OVERLOADED = new Denial(429, "OVERLOADED", null);
    static final Denial INTERNAL = new Denial(500, "INTERNAL", null);

    static Denial of(Reason reason) {
        return switch (reason) {
            case PERMISSION_DENIED -> new Denial(403, reason.name(), "insufficient_scope");
            // The token may be good; this instance cannot tell at the moment.
            case NOT_LOADED, STALE_TRUST -> new Denial(503, reason.name(), null);
            case MALFORMED,
                    UNSUPPORTED_ALGORITHM,
                    UNKNOWN_KEY,
                    REVOKED_KEY,
                    BAD_SIGNATURE,
                    WRONG_ISSUER,
                    WRONG_AUDIENCE,
                    NOT_YET_VALID,
                    EXPIRED,
                    REVOKED,
                    EPOCH -> new Denial(401, reason.name(), "invalid_token");
        };
    }

    static Denial of(Refusal refusal) {
        return refusal.equals(Refusal.OVERLOADED) ? OVERLOADED : INTERNAL;
    }

    /** The value of {@code WWW-Authenticate}, or null where another token, or the same one again, would change nothing. */
    @Nullable
    String challenge() {
        if (error != null) {
            return "Bearer realm=\"signet\", error=\"" + error + "\", error_description=\"" + reason + "\"";
        }
        return status == 401 ? "Bearer realm=\"signet\"" : null;
    }

    /** Whether the same request may be let through a moment later. */
    boolean isPassing() {
        return status == 429 || status == 503;
    }
}
