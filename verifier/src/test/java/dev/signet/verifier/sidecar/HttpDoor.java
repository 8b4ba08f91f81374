package dev.signet.verifier.sidecar;

import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.verify.Verdict.Reason;

/** What the sidecar's HTTP-like doors must say, told anew: a status and a reason. */
final class HttpDoor {
    private HttpDoor() {}

    static String refusal(Reason reason) {
        int status = switch (reason) {
            case PERMISSION_DENIED -> 403;
            case NOT_LOADED, STALE_TRUST -> 503;
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
                    EPOCH -> 401;
        };
        return status + " " + reason;
    }

    static String says(HeaderCase.Found found) {
        return switch (found) {
            case NO_CREDENTIAL, OTHER_SCHEME, ONE_WORD -> "401 CREDENTIALS_MISSING";
            case SEVERAL -> "400 CREDENTIALS_REPEATED";
            case NO_TOKEN, PADDED -> refusal(Reason.MALFORMED);
            case GOOD -> throw new IllegalArgumentException("a good token is let in");
        };
    }
}
