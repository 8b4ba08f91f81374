package dev.signet.authority.grpc;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.feed.CertificateVerifiers;
import dev.signet.authority.feed.CertificateWatchCredential;
import dev.signet.authority.limits.FailedAttempts;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Lets nobody in without a good token; but for a verifier, which may watch by a certificate in its place. It may only refuse early, from what this process has in memory; who the caller
 * is and what it may do is read from the store by every operation.
 */
public final class CallerGate implements ServerInterceptor {
    private static final Context.Key<Call> CALL = Context.key("call");
    private static final String SCHEME = "Bearer ";
    private static final Context.Key<CertificateWatchCredential> WATCHER = Context.key("watcher");
    private static final String WATCH = TrustServiceGrpc.getWatchMethod().getFullMethodName();

    private final TokenVerifier verifier;
    private final FailedAttempts attempts;
    private final @Nullable CertificateVerifiers certificates;

    /** @param certificates who may watch by one; null for nobody */
    CallerGate(TokenVerifier verifier, FailedAttempts attempts, @Nullable CertificateVerifiers certificates) {
        this.verifier = verifier;
        this.attempts = attempts;
        this.certificates = certificates;
    }

    /** Who watches by a certificate; null where the call came with a token. */
    public static @Nullable CertificateWatchCredential watcher() {
        return WATCHER.get();
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
        CertificateWatchCredential watcher = watcher(call, headers);
        if (watcher != null) {
            return Contexts.interceptCall(Context.current().withValue(WATCHER, watcher), call, headers, next);
        }
        Call caller = caller(call, headers);
        return Contexts.interceptCall(Context.current().withValue(CALL, caller), call, headers, next);
    }

    /**
     * Who watches by a certificate.
     *
     * @return null where the call is another, or shows a token
     */
    @Nullable
    CertificateWatchCredential watcher(ServerCall<?, ?> call, Metadata headers) {
        if (certificates == null
                || headers.containsKey(BearerToken.AUTHORIZATION)
                || !isWatch(call.getMethodDescriptor())) {
            return null;
        }
        X509Certificate[] shown = shown(call);
        return shown == null ? null : certificates.identify(shown, CallerAddress.of(call, headers));
    }

    private static boolean isWatch(MethodDescriptor<?, ?> method) {
        return method.getFullMethodName().equals(WATCH);
    }

    /** What the client showed when it connected, which was checked then; null where it showed nothing. */
    private static X509Certificate @Nullable [] shown(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return null;
        }
        try {
            return (X509Certificate[]) session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    /**
     * Who calls, where that takes no check of a signature.
     *
     * @return null where it takes one, so that somebody unknown calls, if anybody
     * @throws Refusal UNAUTHENTICATED where the credential is no good or none
     */
    @Nullable
    Call callerAtOnce(ServerCall<?, ?> call, Metadata headers) {
        Verdict verdict = verifier.verdictAtOnce(bearer(headers), null, null);
        return verdict == null ? null : accepted(verdict, CallerAddress.of(call, headers));
    }

    /**
     * Who calls.
     *
     * @throws Refusal UNAUTHENTICATED where the credential is no good or none; {@code TOO_MANY_FAILED_ATTEMPTS} where it is
     *     unknown and the address is not trusted with such any more
     */
    Call caller(ServerCall<?, ?> call, Metadata headers) {
        Call known = callerAtOnce(call, headers);
        if (known != null) {
            return known;
        }
        String address = CallerAddress.of(call, headers);
        attempts.require(address);
        return accepted(verifier.verify(bearer(headers)), address);
    }

    private Call accepted(Verdict verdict, String address) {
        if (verdict instanceof Verdict.Accepted accepted) {
            return new Call(accepted.token(), address);
        }
        Verdict.Reason reason = ((Verdict.Rejected) verdict).reason();
        if (isInvented(reason)) {
            attempts.failed(address);
        }
        throw Refusal.unauthenticated(reason.name(), "the credential is refused: " + reason.name());
    }

    /** Whether it never was a credential. One that was and ended is told so as often as it is shown. */
    private static boolean isInvented(Verdict.Reason reason) {
        return switch (reason) {
            case MALFORMED, UNSUPPORTED_ALGORITHM, UNKNOWN_KEY, BAD_SIGNATURE -> true;
            case REVOKED_KEY,
                    WRONG_ISSUER,
                    WRONG_AUDIENCE,
                    NOT_YET_VALID,
                    EXPIRED,
                    REVOKED,
                    EPOCH,
                    NOT_LOADED,
                    STALE_TRUST,
                    PERMISSION_DENIED -> false;
        };
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
