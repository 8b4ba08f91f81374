package dev.signet.authority.oauth;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Status;
import dev.signet.authority.grpc.RetryAfter;
import dev.signet.authority.http.Authorization;
import dev.signet.authority.http.BadForm;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Objects;

/** The door by which errors leave the endpoints of OAuth. */
record OAuthDoor(Endpoint endpoint) implements Endpoint {

    @Override
    public HttpReply answer(HttpRequest request) {
        try {
            return endpoint.answer(request);
        } catch (OAuthError e) {
            return e.reply();
        } catch (BadForm e) {
            return OAuthError.invalidRequest(e.field() + " " + e.problem()).reply();
        } catch (StatusRuntimeException e) {
            Authorization shown = Authorization.of(request);
            return shown != null && shown.scheme().equals(Authorization.BEARER)
                    ? error(e).replyToBearer()
                    : error(e).reply();
        }
    }

    private static OAuthError error(StatusRuntimeException e) {
        String description = Objects.requireNonNullElse(e.getStatus().getDescription(), "refused");
        return switch (e.getStatus().getCode()) {
            case UNAUTHENTICATED -> OAuthError.invalidClient(description);
            case PERMISSION_DENIED, NOT_FOUND -> OAuthError.of("unauthorized_client", description);
            case INVALID_ARGUMENT ->
                OAuthError.of(field(e).equals("audience") ? "invalid_target" : "invalid_request", description);
            case RESOURCE_EXHAUSTED -> OAuthError.exhausted(RetryAfter.of(e), description);
            case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED -> OAuthError.unavailable(description);
            default -> throw e;
        };
    }

    /** The field that is wrong, empty where none is named. */
    private static String field(StatusRuntimeException e) {
        Status status = Objects.requireNonNull(StatusProto.fromThrowable(e));
        for (Any detail : status.getDetailsList()) {
            if (detail.is(BadRequest.class)) {
                try {
                    return detail.unpack(BadRequest.class).getFieldViolations(0).getField();
                } catch (InvalidProtocolBufferException damaged) {
                    throw new IllegalStateException(damaged);
                }
            }
        }
        return "";
    }
}
