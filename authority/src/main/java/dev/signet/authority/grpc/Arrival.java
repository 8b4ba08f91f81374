package dev.signet.authority.grpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.signet.authority.limits.Lane;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One call on its way through its lane. Hears of everything on the thread of its connection, which must not be held up, and
 * passes it on in the lane.
 */
final class Arrival<Q, R> extends Listener<Q> {
    /** Which read more the more there is. */
    private static final Set<String> LENGTHY = Set.of("VerifyAuditLog");

    private static final long LONGEST_WAIT_SECONDS = TimeUnit.HOURS.toSeconds(24);

    private final EndsOnce<Q, R> call;
    private final LongSupplier nanos;
    private final Consumer<Arrival<?, ?>> settled;
    private final Runnable ended;
    private final Context context = Context.current();
    private final Turns turns;
    private volatile Lane lane;
    private @Nullable Listener<Q> handler;
    private boolean begun;
    private volatile boolean cancelled;
    /** When it is to be ended; {@link Long#MAX_VALUE} for never. */
    private volatile long dueNanos;

    /**
     * Nothing is done yet.
     *
     * @param nanos monotonic time
     * @param dueNanos when it is to be ended
     * @param settled told when it is not to be ended any more, or has ended
     * @param ended run once, when it has ended
     */
    Arrival(
            ServerCall<Q, R> call,
            Lane lane,
            LongSupplier nanos,
            long dueNanos,
            Consumer<Arrival<?, ?>> settled,
            Runnable ended) {
        this.call = new EndsOnce<>(call);
        this.turns = new Turns(lane);
        this.lane = lane;
        this.nanos = nanos;
        this.dueNanos = dueNanos;
        this.settled = settled;
        this.ended = ended;
    }

    /** Has the call handled, by what is done in its lane with what its caller sends. Waits for nothing. */
    void start(Metadata headers, ServerCallHandler<Q, R> next) {
        Context.current().withValue(RateGate.COUNTED, true).run(() -> handler = next.startCall(call, headers));
    }

    /** Does something in this lane, before anything that the caller sends is looked at. */
    void first(Runnable task) {
        inTurn(() -> {
            if (!cancelled) {
                task.run();
            }
        });
    }

    /** Has what comes next be done in another lane. To be called from the first task. */
    void moveTo(Lane other) {
        lane = other;
        begun = false;
        turns.moveTo(other);
    }

    /** Ends it where it takes too long. */
    void endIfDue(long now) {
        long due = dueNanos;
        if (due != Long.MAX_VALUE && now - due >= 0) {
            ErrorDoor.leave(call, ErrorDoor.tookTooLong());
        }
    }

    @Override
    public void onMessage(Q message) {
        if (call.getMethodDescriptor().getType() != MethodType.UNARY
                || LENGTHY.contains(String.valueOf(call.getMethodDescriptor().getBareMethodName()))) {
            dueNanos = Long.MAX_VALUE;
            settled.accept(this);
        } else if (message instanceof Message request) {
            long due = dueNanos;
            dueNanos = due + TimeUnit.SECONDS.toNanos(waitSeconds(request));
        }
        passOnUnlessCancelled(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        passOnUnlessCancelled(Listener::onHalfClose);
    }

    @Override
    public void onReady() {
        passOnUnlessCancelled(Listener::onReady);
    }

    @Override
    public void onCancel() {
        cancelled = true;
        settled.accept(this);
        ended.run();
        passOn(Listener::onCancel);
    }

    @Override
    public void onComplete() {
        settled.accept(this);
        ended.run();
        passOn(Listener::onComplete);
    }

    /** Nothing is done for whoever does not wait for it any more. */
    private void passOnUnlessCancelled(Consumer<Listener<Q>> event) {
        passOn(listener -> {
            if (!cancelled) {
                event.accept(listener);
            }
        });
    }

    private void passOn(Consumer<Listener<Q>> event) {
        inTurn(() -> {
            if (handler != null) {
                event.accept(handler);
            }
        });
    }

    /** Where its first turn comes too late, nothing of it is done. */
    private void inTurn(Runnable task) {
        long now = nanos.getAsLong();
        turns.execute(() -> context.run(() -> {
            try {
                if (!begun) {
                    lane.requireInTime(now);
                    begun = true;
                }
                task.run();
            } catch (RuntimeException e) {
                ErrorDoor.leave(call, e);
                handler = null;
            }
        }));
    }

    /** How long a request says that its answer may wait for verifiers. */
    private static long waitSeconds(Message request) {
        FieldDescriptor wait = request.getDescriptorForType().findFieldByName("wait");
        if (wait != null
                && request.hasField(wait)
                && request.getField(wait) instanceof com.google.protobuf.Duration asked) {
            return Math.max(0, Math.min(LONGEST_WAIT_SECONDS, asked.getSeconds()));
        }
        return 0;
    }
}
