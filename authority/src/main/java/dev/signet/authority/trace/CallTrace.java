package dev.signet.authority.trace;

import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.stream.StreamSupport;

/**
 * Has the log lines of a call bear its trace. A call of another edge of this process comes on the thread that has it
 * already, and needs no header.
 */
public final class CallTrace implements ServerInterceptor {
    private static final Metadata.Key<String> TRACEPARENT =
            Metadata.Key.of(TraceContext.HEADER, Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        // One that was sent twice is read as if it had not been sent, as the specification has it.
        TraceContext trace = only(headers) ? TraceContext.of(headers.get(TRACEPARENT)) : null;
        if (trace == null) {
            return next.startCall(call, headers);
        }
        return new Traced<>(trace, trace.logged(() -> next.startCall(call, headers)));
    }

    private static boolean only(Metadata headers) {
        Iterable<String> values = headers.getAll(TRACEPARENT);
        return values != null
                && StreamSupport.stream(values.spliterator(), false).count() == 1;
    }

    /** What happens to a call, on whichever thread it does. */
    private static final class Traced<Q> extends ForwardingServerCallListener<Q> {
        private final TraceContext trace;
        private final Listener<Q> handler;

        Traced(TraceContext trace, Listener<Q> handler) {
            this.trace = trace;
            this.handler = handler;
        }

        @Override
        protected Listener<Q> delegate() {
            return handler;
        }

        @Override
        public void onMessage(Q message) {
            traced(() -> handler.onMessage(message));
        }

        @Override
        public void onHalfClose() {
            traced(handler::onHalfClose);
        }

        @Override
        public void onCancel() {
            traced(handler::onCancel);
        }

        @Override
        public void onComplete() {
            traced(handler::onComplete);
        }

        @Override
        public void onReady() {
            traced(handler::onReady);
        }

        private void traced(Runnable event) {
            trace.logged(() -> {
                event.run();
                return true;
            });
        }
    }
}
