package dev.signet.authority.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.http.HttpRequest;
import dev.signet.v1.TokenServiceGrpc;
import io.grpc.Attributes;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How calls are counted and timed. */
final class CallMetricsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Metrics metrics = new Metrics(nanos::get);

    /** What the transport has of a call. */
    private static final class Wire<Q, R> extends ServerCall<Q, R> {
        private final MethodDescriptor<Q, R> method;
        private boolean cancelled;
        private @Nullable Status closed;

        Wire(MethodDescriptor<Q, R> method) {
            this.method = method;
        }

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(R message) {}

        @Override
        public void close(Status status, Metadata trailers) {
            closed = status;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }
    }

    private final Wire<?, ?> wire = new Wire<>(TokenServiceGrpc.getWhoAmIMethod());
    private @Nullable ServerCall<?, ?> handled;

    private <Q, R> ServerCall.Listener<Q> begin(Wire<Q, R> wire) {
        return metrics.calls().interceptCall(wire, new Metadata(), (call, headers) -> {
            handled = call;
            return new ServerCall.Listener<>() {};
        });
    }

    private void close(Status status) {
        ServerCall<?, ?> call = handled;
        if (call != null) {
            call.close(status, new Metadata());
        }
    }

    private void assertEnded(String status) {
        String text = metrics.route()
                .endpoint()
                .answer(new HttpRequest("GET", "/metrics", Map.of(), "", HttpFields.EMPTY, "", "192.0.2.1"))
                .body();
        assertEquals(
                List.of("grpc_server_call_duration_seconds_count{grpc_method=\"signet.v1.TokenService/WhoAmI\","
                        + "grpc_status=\"" + status + "\"} 1"),
                text.lines()
                        .filter(line -> line.startsWith("grpc_server_call_duration_seconds_count"))
                        .toList());
        assertEquals(
                1,
                text.lines()
                        .filter(
                                "grpc_server_call_started_total{grpc_method=\"signet.v1.TokenService/WhoAmI\"} 1.0"
                                        ::equals)
                        .count());
    }

    @Test
    void aCallEndsWithItsStatus() {
        var unused = begin(wire);
        close(Status.NOT_FOUND);
        assertEnded("NOT_FOUND");
        assertEquals(Status.NOT_FOUND, wire.closed);
    }

    @Test
    void aCallThatIsGivenUpWhileItIsHandledEndsOnce() {
        ServerCall.Listener<?> listener = begin(wire);
        wire.cancelled = true;
        close(Status.OK);
        listener.onCancel();
        assertEnded("CANCELLED");
    }

    @Test
    void aCallOfWhichTheEndIsNotTakenEndsOnce() {
        ServerCall.Listener<?> listener = begin(wire);
        close(Status.OK);
        listener.onCancel();
        assertEnded("OK");
    }

    @Test
    void whoHearsOfTheCancellationMayCloseTheCall() {
        ServerCall.Listener<?> listener = begin(wire);
        listener.onCancel();
        close(Status.CANCELLED);
        assertEnded("CANCELLED");
    }
}
