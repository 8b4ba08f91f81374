package dev.signet.authority.rest;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.signet.authority.grpc.RetryAfter;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the services' refusals are here. */
final class StatusErrors {
    /** Fields that hold what stood in the path: what is no such name names nothing. */
    private static final Set<String> FROM_PATH = Set.of("parent", "name", "token.name", "role.name", "api_key.name");
    /** Why nothing was done. After any other failure, trying again could do it twice. */
    private static final Set<String> NOT_DONE = Set.of("STORE_BUSY", "STORE_UNAVAILABLE", "NO_SIGNING_KEY");

    private StatusErrors() {}

    /**
     * The same refusal for a client that never saw the service's request.
     *
     * @param fields what the fields of the service's request are called in the client's
     */
    static RestError of(StatusRuntimeException e, Map<String, String> fields) {
        String message = Objects.requireNonNullElse(e.getStatus().getDescription(), "refused");
        Status status = StatusProto.fromThrowable(e);
        String reason = detail(status, ErrorInfo.getDefaultInstance()).getReason();
        return switch (e.getStatus().getCode()) {
            case INVALID_ARGUMENT -> invalid(detail(status, BadRequest.getDefaultInstance()), fields, message);
            case UNAUTHENTICATED -> RestError.unauthenticated(!reason.equals("CREDENTIALS_MISSING"), message);
            case PERMISSION_DENIED -> RestError.of(403, message);
            case NOT_FOUND -> RestError.of(404, message);
            case ALREADY_EXISTS, FAILED_PRECONDITION -> RestError.of(409, message);
            case ABORTED -> RestError.of(412, message);
            case RESOURCE_EXHAUSTED -> exhausted(RetryAfter.of(e), message);
            case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ->
                NOT_DONE.contains(reason) ? RestError.later(503, message) : RestError.of(503, message);
            default -> RestError.of(500, "internal error");
        };
    }

    private static RestError exhausted(RetryAfter after, String message) {
        return RestError.later(after.isOurs() ? 503 : 429, message, after.seconds());
    }

    private static RestError invalid(BadRequest request, Map<String, String> fields, String message) {
        if (request.getFieldViolationsCount() == 0) {
            return RestError.of(400, message);
        }
        BadRequest.FieldViolation violation = request.getFieldViolations(0);
        String field = violation.getField();
        if (FROM_PATH.contains(field)) {
            return RestError.notFound("no such id");
        }
        return RestError.invalid(fields.getOrDefault(field, field), violation.getDescription());
    }

    /** The detail of this type, {@code none} where there is none. */
    private static <T extends Message> T detail(@Nullable Status status, T none) {
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(none.getClass())) {
                    try {
                        @SuppressWarnings("unchecked")
                        Class<T> type = (Class<T>) none.getClass();
                        return detail.unpack(type);
                    } catch (InvalidProtocolBufferException damaged) {
                        throw new IllegalStateException(damaged);
                    }
                }
            }
        }
        return none;
    }
}
