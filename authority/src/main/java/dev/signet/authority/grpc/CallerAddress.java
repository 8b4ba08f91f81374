package dev.signet.authority.grpc;

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

/** Keeps where a call comes from, for services that know nothing else of who calls. */
final class CallerAddress implements ServerInterceptor {
    private static final Context.Key<String> ADDRESS = Context.keyWithDefault("address", "local");

    /** Of the call that is being handled. */
    static String current() {
        return ADDRESS.get();
    }

    /** By the connection, or for what came in by another edge of this process by what that one says. */
    static String of(ServerCall<?, ?> call, Metadata headers) {
        SocketAddress peer = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        if (peer instanceof InetSocketAddress inet) {
            return inet.getHostString();
        }
        String told = peer instanceof InProcessSocketAddress ? headers.get(LocalServer.PEER) : null;
        return told == null ? "local" : told;
    }

    @Override
    public <Q, R> Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return Contexts.interceptCall(Context.current().withValue(ADDRESS, of(call, headers)), call, headers, next);
    }
}
