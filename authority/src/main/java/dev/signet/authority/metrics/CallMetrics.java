package dev.signet.authority.metrics;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** Calls by their methods and outcomes, by the names of gRFC A66. */
final class CallMetrics implements ServerInterceptor {
    private final Counter started;
    private final Histogram duration;
    private final LongSupplier nanos;

    CallMetrics(PrometheusRegistry registry, double[] latencies, LongSupplier nanos) {
        this.nanos = nanos;
        started = Counter.builder()
                .name("grpc_server_call_started_total")
                .help("Calls that came, by gRPC or HTTP.")
                .labelNames("grpc_method")
                .register(registry);
        duration = Histogram.builder()
                .name("grpc_server_call_duration_seconds")
                .help("From the arrival of a call to its end.")
                .labelNames("grpc_method", "grpc_status")
                .classicOnly()
                .classicUpperBounds(latencies)
                .register(registry);
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String method = call.getMethodDescriptor().getFullMethodName();
        started.labelValues(method).inc();
        End end = new End(method, nanos.getAsLong());
        ServerCall<Q, R> timed = new SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                end.observe(isCancelled() ? Status.Code.CANCELLED : status.getCode());
                super.close(status, trailers);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(timed, headers)) {
            @Override
            public void onCancel() {
                end.observe(Status.Code.CANCELLED);
                super.onCancel();
            }
        };
    }

    /** The end of a call, which comes once: who hears that a call was cancelled may close it as well, before or after. */
    private final class End {
        private final String method;
        private final long began;
        private final AtomicBoolean observed = new AtomicBoolean();

        End(String method, long began) {
            this.method = method;
            this.began = began;
        }

        void observe(Status.Code status) {
            if (observed.compareAndSet(false, true)) {
                duration.labelValues(method, status.name()).observe((nanos.getAsLong() - began) / 1e9);
            }
        }
    }
}
