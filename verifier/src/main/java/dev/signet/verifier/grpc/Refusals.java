package dev.signet.verifier.grpc;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.signet.verifier.verify.Verdict.Reason;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/**
 * What a call is refused with. Says why by a stable reason, and nothing of the token.
 *
 * <p>Where the trust state is not there or too old, nothing is known of the token; the same call may be accepted by
 * another instance, or by this one a moment later. That is UNAVAILABLE, which clients may retry; UNAUTHENTICATED would
 * have them throw away a token that may be good.
 */
final class Refusals {
    private static final String DOMAIN = "signet.dev";

    private Refusals() {}

    static StatusRuntimeException missing() {
        return refusal(
                Code.UNAUTHENTICATED,
                "CREDENTIALS_MISSING",
                "no credential: send exactly one authorization header with a bearer token");
    }

    static StatusRuntimeException rejected(Reason reason) {
        return switch (reason) {
            case PERMISSION_DENIED -> refusal(Code.PERMISSION_DENIED, reason.name(), "the permission is not held");
            case STALE_TRUST -> refusal(Code.UNAVAILABLE, reason.name(), "the trust state is too old to decide");
            case NOT_LOADED -> refusal(Code.UNAVAILABLE, reason.name(), "the trust state is not loaded yet");
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
                    EPOCH -> refusal(Code.UNAUTHENTICATED, reason.name(), "the credential is refused: " + reason);
        };
    }

    static StatusRuntimeException permissionDenied(String why) {
        return refusal(Code.PERMISSION_DENIED, Reason.PERMISSION_DENIED.name(), why);
    }

    /** Where a stream is about more than can be watched over; another one may go on. */
    static StatusRuntimeException tooManyResources() {
        return refusal(Code.RESOURCE_EXHAUSTED, "TOO_MANY_RESOURCES", "one stream is about too many resources");
    }

    /** Where a call could not be watched over from now on. */
    static StatusRuntimeException unwatched() {
        return refusal(Code.UNAVAILABLE, "SHUTTING_DOWN", "the server is shutting down");
    }

    /** Where no verdict can be had; what happened is for the log. */
    static StatusRuntimeException internal() {
        return refusal(Code.INTERNAL, "INTERNAL", "no verdict");
    }

    private static StatusRuntimeException refusal(Code code, String reason, String message) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .addDetails(Any.pack(ErrorInfo.newBuilder()
                        .setReason(reason)
                        .setDomain(DOMAIN)
                        .build()))
                .build());
    }
}
