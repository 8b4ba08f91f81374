package dev.signet.authority.grpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;

/**
 * When a refused call may be made again, as HTTP says it.
 *
 * @param seconds whole ones, at least 1
 * @param isOurs whether others than the caller are the reason, so that it is 503 rather than 429
 */
public record RetryAfter(long seconds, boolean isOurs) {

    /** Of a call that was refused with RESOURCE_EXHAUSTED. */
    public static RetryAfter of(StatusRuntimeException e) {
        Status status = StatusProto.fromThrowable(e);
        long seconds = 1;
        boolean overloaded = false;
        if (status != null) {
            for (Any detail : status.getDetailsList()) {
                try {
                    if (detail.is(RetryInfo.class)) {
                        var delay = detail.unpack(RetryInfo.class).getRetryDelay();
                        seconds = Math.max(1, delay.getSeconds() + (delay.getNanos() > 0 ? 1 : 0));
                    } else if (detail.is(ErrorInfo.class)) {
                        overloaded = detail.unpack(ErrorInfo.class).getReason().equals("OVERLOADED");
                    }
                } catch (InvalidProtocolBufferException damaged) {
                    throw new IllegalStateException(damaged);
                }
            }
        }
        return new RetryAfter(seconds, overloaded);
    }
}
