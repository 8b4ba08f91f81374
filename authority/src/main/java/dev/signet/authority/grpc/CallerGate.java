package dev.signet.authority.grpc;

import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.feed.CertificateVerifiers;
import dev.signet.authority.feed.CertificateWatchCredential;
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
import io.grpc.inprocess.InProcessSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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
    private final @Nullable CertificateVerifiers certificates;

    public CallerGate(TokenVerifier verifier) {
        this(verifier, null);
    }

    /** @param certificates who may watch by one; null for nobody */
    CallerGate(TokenVerifier verifier, @Nullable CertificateVerifiers certificates) {
        this.verifier = verifier;
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
        X509Certificate[] shown =
                certificates == null || headers.containsKey(BearerToken.AUTHORIZATION) ? null : shown(call);
        if (certificates != null && shown != null && isWatch(call.getMethodDescriptor())) {
            CertificateWatchCredential watcher = certificates.identify(shown, address(call, headers));
            return Contexts.interceptCall(Context.current().withValue(WATCHER, watcher), call, headers, next);
        }
        Verdict verdict = verifier.verify(bearer(headers));
        if (verdict instanceof Verdict.Accepted accepted) {
            Call caller = new Call(accepted.token(), address(call, headers));
            return Contexts.interceptCall(Context.current().withValue(CALL, caller), call, headers, next);
        }
        String reason = ((Verdict.Rejected) verdict).reason().name();
        throw Refusal.unauthenticated(reason, "the credential is refused: " + reason);
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
