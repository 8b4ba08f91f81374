package dev.signet.authority.grpc;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An error as a client reads it: with exactly one ErrorInfo, and when to try again. */
record WireError(
        Status.Code code,
        String message,
        String reason,
        String domain,
        Map<String, String> metadata,
        List<String> violations,
        Duration retryAfter) {

    static WireError of(StatusRuntimeException e) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        assertNotNull(status, () -> "no details: " + e);
        ErrorInfo info = ErrorInfo.getDefaultInstance();
        BadRequest badRequest = BadRequest.getDefaultInstance();
        Duration retryAfter = Duration.ZERO;
        try {
            for (Any detail : status.getDetailsList()) {
                if (detail.is(ErrorInfo.class)) {
                    info = detail.unpack(ErrorInfo.class);
                } else if (detail.is(RetryInfo.class)) {
                    var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                    retryAfter = Duration.ofSeconds(delay.getSeconds(), delay.getNanos());
                } else {
                    badRequest = detail.unpack(BadRequest.class);
                }
            }
        } catch (InvalidProtocolBufferException wrong) {
            throw new AssertionError(wrong);
        }
        return new WireError(
                e.getStatus().getCode(),
                status.getMessage(),
                info.getReason(),
                info.getDomain(),
                info.getMetadataMap(),
                badRequest.getFieldViolationsList().stream()
                        .map(each -> each.getField() + ": " + each.getDescription())
                        .toList(),
                retryAfter);
    }
}
