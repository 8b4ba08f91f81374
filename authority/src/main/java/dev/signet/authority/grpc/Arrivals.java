package dev.signet.authority.grpc;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.limits.CallKind;
import dev.signet.authority.limits.CallerRates;
import dev.signet.authority.limits.Lane;
import dev.signet.authority.limits.Lanes;
import dev.signet.authority.limits.Shares;
import dev.signet.verifier.ports.Connections;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where calls come in from a connection. On the connection's own thread it is decided in some microseconds what becomes of
 * each: refused, as its credential is none, calls too often, or there is more to do already than can be done in time; or
 * handled in the lane of its kind. A credential that was never seen here takes a signature check to be known: that is made
 * in a lane of its own first, so that who sends such without end is in nobody's way but that of others who are unknown.
 */
final class Arrivals {
    /** Under way or waiting, on all connections, but for streams. Each holds some kilobytes. */
    private static final int MOST = 20_000;

    private final Lanes lanes;
    private final CallerRates rates;
    private final Connections connections;
    private final long longestNanos;
    private final LongSupplier nanos;
    private final Set<Arrival<?, ?>> open = ConcurrentHashMap.newKeySet();

    /**
     * Nothing has come yet.
     *
     * @param connections told who is known on which, and whose calls are refused
     * @param longest how long a call takes at most, where its caller does not say
     * @param nanos monotonic time
     */
    Arrivals(Lanes lanes, CallerRates rates, Connections connections, Duration longest, LongSupplier nanos) {
        this.lanes = lanes;
        this.rates = rates;
        this.connections = connections;
        this.longestNanos = longest.toNanos();
        this.nanos = nanos;
    }

    /** Ends what takes too long. To be called about once a second. */
    void endOverdue() {
        long now = nanos.getAsLong();
        open.forEach(arrival -> arrival.endIfDue(now));
    }

    /** How many calls are under way or wait, that are to end in time. */
    int size() {
        return open.size();
    }

    /** @param gate what the callers have to pass; null where they need no credential */
    ServerInterceptor at(@Nullable CallerGate gate) {
        return new ServerInterceptor() {
            @Override
            public <Q, R> Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                try {
                    if (open.size() >= MOST) {
                        throw Refusal.tooMuch("OVERLOADED", "too many calls are under way", Duration.ofSeconds(1));
                    }
                    return arrived(gate, call, headers, next);
                } catch (RuntimeException e) {
                    connections.refused(remote(call));
                    ErrorDoor.leave(call, e);
                    return new Listener<>() {};
                }
            }
        };
    }

    private <Q, R> Listener<Q> arrived(
            @Nullable CallerGate gate, ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        CallKind kind = RateGate.kind(call.getMethodDescriptor());
        if (gate == null) {
            Arrival<Q, R> arrival = arrival(call, lanes.of(kind), share(call, lanes.sharesOfLookups()));
            arrival.start(headers, next);
            return arrival;
        }
        if (gate.watcher(call, headers) != null) {
            connections.known(remote(call));
            Arrival<Q, R> arrival = arrival(call, lanes.of(kind), () -> {});
            arrival.start(headers, next);
            return arrival;
        }
        Call known = gate.callerAtOnce(call, headers);
        if (known == null) {
            return stranger(gate, call, headers, next);
        }
        connections.known(remote(call));
        rates.count(known.subject(), kind);
        Arrival<Q, R> arrival = arrival(call, lanes.of(kind), () -> {});
        arrival.start(headers, next);
        return arrival;
    }

    /** Somebody unknown: who it is is found out first, and only then what it wants. */
    private <Q, R> Arrival<Q, R> stranger(
            CallerGate gate, ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Runnable giveBack = share(call, lanes.sharesOfStrangers());
        Arrival<Q, R> arrival = arrival(call, lanes.strangers(), giveBack);
        arrival.first(() -> {
            CallKind kind = RateGate.kind(call.getMethodDescriptor());
            rates.count(caller(gate, call, headers).subject(), kind);
            giveBack.run();
            Lane lane = lanes.of(kind);
            lane.requireRoom(nanosLeft());
            arrival.moveTo(lane);
            arrival.start(headers, next);
        });
        return arrival;
    }

    private Call caller(CallerGate gate, ServerCall<?, ?> call, Metadata headers) {
        try {
            Call caller = gate.caller(call, headers);
            connections.known(remote(call));
            return caller;
        } catch (Refusal refusal) {
            connections.refused(remote(call));
            throw refusal;
        }
    }

    private static @Nullable SocketAddress remote(ServerCall<?, ?> call) {
        return call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    }

    /** Takes one of what a connection may have at a time; gives it back when it is run, once. */
    private static Runnable share(ServerCall<?, ?> call, Shares shares) {
        Object connection = Objects.requireNonNullElse(remote(call), "local");
        shares.take(connection);
        AtomicBoolean given = new AtomicBoolean();
        return () -> {
            if (given.compareAndSet(false, true)) {
                shares.giveBack(connection);
            }
        };
    }

    private <Q, R> Arrival<Q, R> arrival(ServerCall<Q, R> call, Lane lane, Runnable giveBack) {
        try {
            lane.requireRoom(nanosLeft());
        } catch (Refusal refusal) {
            giveBack.run();
            throw refusal;
        }
        Arrival<Q, R> arrival =
                new Arrival<>(call, lane, nanos, nanos.getAsLong() + longestNanos, open::remove, giveBack);
        open.add(arrival);
        return arrival;
    }

    private static long nanosLeft() {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? Long.MAX_VALUE : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    }
}
