package dev.signet.authority.grpc;

import com.google.protobuf.Any;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import dev.signet.authority.errors.Refusal;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one door by which errors leave: refusals with their reason, everything else as INTERNAL without a word more. */
public final class ErrorDoor implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorDoor.class);
    private static final String DOMAIN = "signet.dev";

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        try {
            return new GuardedListener<>(call, next.startCall(call, headers));
        } catch (RuntimeException e) {
            leave(call, e);
            return new Listener<>() {};
        }
    }

    /** What an exception becomes on the wire. */
    public static StatusRuntimeException toStatus(RuntimeException e) {
        if (e instanceof StatusRuntimeException status) {
            return status;
        }
        if (!(e instanceof Refusal refusal)) {
            LOG.error("a request failed", e);
            return StatusProto.toStatusRuntimeException(Status.newBuilder()
                    .setCode(Code.INTERNAL_VALUE)
                    .setMessage("internal error")
                    .addDetails(Any.pack(info("INTERNAL").build()))
                    .build());
        }
        Status.Builder status = Status.newBuilder()
                .setCode(Code.valueOf(refusal.code().name()).getNumber())
                .setMessage(String.valueOf(refusal.getMessage()))
                .addDetails(Any.pack(info(refusal.reason())
                        .putAllMetadata(refusal.metadata())
                        .build()));
        Refusal.FieldProblem problem = refusal.problem();
        if (problem != null) {
            status.addDetails(Any.pack(BadRequest.newBuilder()
                    .addFieldViolations(BadRequest.FieldViolation.newBuilder()
                            .setField(problem.field())
                            .setDescription(problem.description()))
                    .build()));
        }
        if (refusal.retryAfter() != null) {
            status.addDetails(Any.pack(RetryInfo.newBuilder()
                    .setRetryDelay(Wire.duration(refusal.retryAfter()))
                    .build()));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** For a call that has taken longer than it may: what it was to do may be done, or be done yet. */
    static StatusRuntimeException tookTooLong() {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.DEADLINE_EXCEEDED_VALUE)
                .setMessage("the call took longer than a call may; look what became of it")
                .addDetails(Any.pack(info("TOOK_TOO_LONG").build()))
                .build());
    }

    private static ErrorInfo.Builder info(String reason) {
        return ErrorInfo.newBuilder().setReason(reason).setDomain(DOMAIN);
    }

    /** Ends a call with what went wrong. */
    static void leave(ServerCall<?, ?> call, RuntimeException e) {
        StatusRuntimeException status = toStatus(e);
        Metadata trailers = status.getTrailers();
        call.close(status.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    /** A call's handler, with what it throws turned into a status. */
    private static final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final ServerCall<Q, ?> call;
        private boolean left;

        GuardedListener(ServerCall<Q, ?> call, Listener<Q> handler) {
            super(handler);
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            guarded(() -> super.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        private void guarded(Runnable event) {
            if (left) {
                return;
            }
            try {
                event.run();
            } catch (RuntimeException e) {
                left = true;
                leave(call, e);
            }
        }
    }
}
