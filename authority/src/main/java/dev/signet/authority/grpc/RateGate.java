package dev.signet.authority.grpc;

import dev.signet.authority.limits.CallKind;
import dev.signet.authority.limits.CallerRates;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Objects;

/** Counts the calls of a known caller, and refuses those that are too many. */
final class RateGate implements ServerInterceptor {
    /** Set where it was counted before it came here. */
    static final Context.Key<Boolean> COUNTED = Context.keyWithDefault("counted", false);

    private final CallerRates rates;

    RateGate(CallerRates rates) {
        this.rates = rates;
    }

    static CallKind kind(MethodDescriptor<?, ?> method) {
        return CallKind.of(Objects.requireNonNullElse(method.getBareMethodName(), ""));
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        // Who watches by a certificate is limited by its streams.
        if (!COUNTED.get() && CallerGate.watcher() == null) {
            rates.count(CallerGate.call().subject(), kind(call.getMethodDescriptor()));
        }
        return next.startCall(call, headers);
    }
}
