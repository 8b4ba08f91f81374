package dev.signet.verifier.grpc;

import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Lets a call in only with a good token, and with the permission that {@link MethodPermissions} asks for. The handler
 * finds out who calls by {@link #verdict()}.
 *
 * <p>A call carries {@code authorization: Bearer} once. Refused calls get UNAUTHENTICATED, or PERMISSION_DENIED where
 * the token is good and may not do this, each with an {@code ErrorInfo} whose reason is the verdict's; or UNAVAILABLE,
 * which may be retried, where the trust state is missing or too old to say anything about the token; or INTERNAL where
 * no verdict could be had.
 *
 * <p>A call that goes on is checked again at least every quarter of the maximum staleness, and once a minute; it ends
 * with the status that it would be refused with. A handler sees that as a cancelled call.
 *
 * <p>A token that is known costs well below a microsecond. One that is seen for the first time costs the check of its
 * signature, some 40 µs with a fast crypto provider, on the thread that the call came in on: on Netty's event loop where
 * the server has a direct executor.
 */
public final class TokenInterceptor implements ServerInterceptor {
    private static final System.Logger LOG = System.getLogger(TokenInterceptor.class.getName());
    private static final Context.Key<Verdict.Accepted> VERDICT = Context.key("signet-verdict");

    private final TokenVerifier verifier;
    private final MethodPermissions permissions;
    private final OpenCalls open;

    /**
     * Guards the methods of a server.
     *
     * @param trust what the verifier decides by; says how often long calls are checked again
     * @param scheduler runs these checks, one after the other on one thread; not closed here. Once it is shut down,
     *     calls are refused, so close it after the server
     */
    public TokenInterceptor(
            TokenVerifier verifier,
            TrustState trust,
            MethodPermissions permissions,
            ScheduledExecutorService scheduler) {
        this.verifier = verifier;
        this.permissions = permissions;
        this.open = new OpenCalls(trust, scheduler);
    }

    /**
     * Who calls, and with which grants, as it stood when the call came in.
     *
     * @throws IllegalStateException where the method is open to everybody, or the context is not that of a call
     */
    public static Verdict.Accepted verdict() {
        Verdict.Accepted verdict = VERDICT.get();
        if (verdict == null) {
            throw new IllegalStateException("the call did not need a token");
        }
        return verdict;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        MethodRule rule = permissions.rule(call.getMethodDescriptor());
        if (rule instanceof MethodRule.Open) {
            return next.startCall(call, headers);
        }
        String token = Authorization.bearer(headers);
        if (token == null) {
            return refuse(call, Refusals.missing());
        }
        Verdict verdict;
        try {
            verdict = rule instanceof MethodRule.OnResource on
                    ? verifier.check(token, on.permission(), on.resource())
                    : verifier.verify(token);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "no verdict", e);
            return refuse(call, Refusals.internal());
        }
        if (verdict instanceof Verdict.Rejected rejected) {
            return refuse(call, Refusals.rejected(rejected.reason()));
        }
        if (rule instanceof MethodRule.Refused) {
            return refuse(call, Refusals.permissionDenied("no permission is set for this method, so nobody has it"));
        }
        GuardedCall<Q, R> guarded = new GuardedCall<>(call, verifier, token, rule);
        Context context = Context.current().withValue(VERDICT, (Verdict.Accepted) verdict);
        Listener<Q> handler = Contexts.interceptCall(context, guarded, headers, next);
        open.add(guarded);
        return guarded.listener(handler, open);
    }

    private static <Q> Listener<Q> refuse(ServerCall<Q, ?> call, StatusRuntimeException refusal) {
        Metadata trailers = refusal.getTrailers();
        call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
        return new Listener<>() {};
    }
}
