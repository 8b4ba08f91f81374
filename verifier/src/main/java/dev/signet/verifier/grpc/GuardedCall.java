package dev.signet.verifier.grpc;

import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A call that was let in, and may be ended from another thread than its handler's. A call is not made for two threads,
 * so all that writes to it goes through one lock; what the handler still says after the end goes nowhere.
 */
final class GuardedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private static final System.Logger LOG = System.getLogger(TokenInterceptor.class.getName());
    /** As all of them are kept and checked again; a stream about more has to begin anew. */
    static final int MOST_RESOURCES = 1_000;

    private final TokenVerifier verifier;
    private final String token;
    private final MethodRule rule;
    private boolean closed;
    private volatile boolean ended;
    /** What the messages so far were about, where the rule goes by messages; replaced as a whole. */
    private volatile Set<ResourcePath> resources = Set.of();

    GuardedCall(ServerCall<Q, R> call, TokenVerifier verifier, String token, MethodRule rule) {
        super(call);
        this.verifier = verifier;
        this.token = token;
        this.rule = rule;
    }

    ServerCall.Listener<Q> listener(ServerCall.Listener<Q> handler, OpenCalls open) {
        return new Events(handler, open);
    }

    @Override
    public void sendHeaders(Metadata headers) {
        synchronized (this) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }
    }

    @Override
    public void sendMessage(R message) {
        synchronized (this) {
            if (!ended) {
                super.sendMessage(message);
            }
        }
    }

    @Override
    public void close(Status status, Metadata trailers) {
        synchronized (this) {
            if (!ended) {
                closed = true;
                super.close(status, trailers);
            }
        }
    }

    @Override
    public boolean isCancelled() {
        return ended || super.isCancelled();
    }

    @Override
    public boolean isReady() {
        return !ended && super.isReady();
    }

    /** Ends the call, unless its handler has. */
    void end(StatusRuntimeException refusal) {
        Metadata trailers = refusal.getTrailers();
        synchronized (this) {
            if (!closed && !ended) {
                ended = true;
                super.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            }
        }
    }

    /** Ends the call if it would be refused by now. */
    void checkAgain() {
        try {
            if (rule instanceof MethodRule.OnMessage on && !resources.isEmpty()) {
                resources.forEach(resource -> endIfRejected(verifier.check(token, on.permission(), resource)));
            } else if (rule instanceof MethodRule.OnResource on) {
                endIfRejected(verifier.check(token, on.permission(), on.resource()));
            } else {
                endIfRejected(verifier.verify(token));
            }
        } catch (RuntimeException e) {
            endWithout(e);
        }
    }

    /** Whether the handler may see a message. */
    private boolean admits(Q message) {
        if (!(rule instanceof MethodRule.OnMessage on)) {
            return true;
        }
        try {
            Optional<ResourcePath> about = on.resource().apply(message);
            if (about.isEmpty()) {
                end(Refusals.rejected(Verdict.Reason.PERMISSION_DENIED));
            } else {
                endIfRejected(verifier.check(token, on.permission(), about.get()));
                if (!ended) {
                    remember(about.get());
                }
            }
        } catch (StatusRuntimeException e) {
            end(e);
        } catch (RuntimeException e) {
            endWithout(e);
        }
        return !ended;
    }

    /** Whether the handler may see that there are no more messages. */
    private boolean admitsHalfClose() {
        if (rule instanceof MethodRule.OnMessage && resources.isEmpty()) {
            end(Refusals.permissionDenied("no message said what the call is about"));
        }
        return !ended;
    }

    private void remember(ResourcePath resource) {
        Set<ResourcePath> before = resources;
        if (before.contains(resource)) {
            return;
        }
        if (before.size() == MOST_RESOURCES) {
            end(Refusals.tooManyResources());
            return;
        }
        Set<ResourcePath> after = new HashSet<>(before);
        after.add(resource);
        resources = after;
    }

    private void endIfRejected(Verdict verdict) {
        if (verdict instanceof Verdict.Rejected rejected) {
            end(Refusals.rejected(rejected.reason()));
        }
    }

    private void endWithout(RuntimeException fault) {
        LOG.log(System.Logger.Level.ERROR, "no verdict", fault);
        end(Refusals.internal());
    }

    /** What the handler hears of the call; nothing but its end once it was ended here. */
    private final class Events extends SimpleForwardingServerCallListener<Q> {
        private final OpenCalls open;

        Events(ServerCall.Listener<Q> handler, OpenCalls open) {
            super(handler);
            this.open = open;
        }

        @Override
        public void onMessage(Q message) {
            if (!ended && admits(message)) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (!ended && admitsHalfClose()) {
                super.onHalfClose();
            }
        }

        @Override
        public void onReady() {
            if (!ended) {
                super.onReady();
            }
        }

        @Override
        public void onCancel() {
            open.remove(GuardedCall.this);
            super.onCancel();
        }

        @Override
        public void onComplete() {
            open.remove(GuardedCall.this);
            if (ended) {
                // The handler did not end it, and has to hear that nobody listens any more.
                super.onCancel();
            } else {
                super.onComplete();
            }
        }
    }
}
