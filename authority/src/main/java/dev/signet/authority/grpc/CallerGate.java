package dev.signet.authority.grpc;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.inprocess.InProcessSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Iterator;

/**
 * Lets nobody in without a good token. It may only refuse early, from what this process has in memory; who the caller
 * is and what it may do is read from the store by every operation.
 */
public final class CallerGate implements ServerInterceptor {
    private static final Context.Key<Call> CALL = Context.key("call");
    private static final String SCHEME = "Bearer ";

    private final TokenVerifier verifier;

    public CallerGate(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /** The call that is being handled. */
    public static Call call() {
        Call call = CALL.get();
        if (call == null) {
            throw new IllegalStateException("the call did not come through the gate");
        }
        return call;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Verdict verdict = verifier.verify(bearer(headers));
        if (verdict instanceof Verdict.Accepted accepted) {
            Call caller = new Call(accepted.token(), address(call, headers));
            return Contexts.interceptCall(Context.current().withValue(CALL, caller), call, headers, next);
        }
        String reason = ((Verdict.Rejected) verdict).reason().name();
        throw Refusal.unauthenticated(reason, "the credential is refused: " + reason);
    }

    private static String address(ServerCall<?, ?> call, Metadata headers) {
        SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (peer instanceof InetSocketAddress inet) {
            return inet.getHostString();
        }
        String told = peer instanceof InProcessSocketAddress ? headers.get(LocalServer.PEER) : null;
        return told == null ? "local" : told;
    }

    private static String bearer(Metadata headers) {
        Iterable<String> values = headers.getAll(BearerToken.AUTHORIZATION);
        if (values == null) {
            throw Refusal.unauthenticated("CREDENTIALS_MISSING", "no authorization header: send a bearer token");
        }
        Iterator<String> each = values.iterator();
        String value = each.next();
        if (each.hasNext() || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Refusal.unauthenticated("MALFORMED", "the authorization header must be one bearer token");
        }
        int start = SCHEME.length();
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        // All the rest, as one token has one text.
        return value.substring(start);
    }
}
