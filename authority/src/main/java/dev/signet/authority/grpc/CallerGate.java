package dev.signet.authority.grpc;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.Iterator;
import java.util.Locale;

/**
 * Lets nobody in without a good token. It may only refuse early, from what this process has in memory; who the caller
 * is and what it may do is read from the store by every operation.
 */
public final class CallerGate implements ServerInterceptor {
    private static final Context.Key<VerifiedToken> PRESENTED = Context.key("presented-token");
    private static final String SCHEME = "bearer ";

    private final TokenVerifier verifier;

    public CallerGate(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /** The credential of the call that is being handled. */
    public static VerifiedToken presented() {
        VerifiedToken token = PRESENTED.get();
        if (token == null) {
            throw new IllegalStateException("the call did not come through the gate");
        }
        return token;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Verdict verdict = verifier.verify(bearer(headers));
        if (verdict instanceof Verdict.Accepted accepted) {
            return Contexts.interceptCall(
                    Context.current().withValue(PRESENTED, accepted.token()), call, headers, next);
        }
        String reason = ((Verdict.Rejected) verdict).reason().name();
        throw Refusal.unauthenticated(reason, "the credential is refused: " + reason);
    }

    private static String bearer(Metadata headers) {
        Iterable<String> values = headers.getAll(BearerToken.AUTHORIZATION);
        if (values == null) {
            throw Refusal.unauthenticated("CREDENTIALS_MISSING", "no authorization header: send a bearer token");
        }
        Iterator<String> each = values.iterator();
        String value = each.next();
        if (each.hasNext() || !value.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            throw Refusal.unauthenticated("MALFORMED", "the authorization header must be one bearer token");
        }
        return value.substring(SCHEME.length()).strip();
    }
}
