package dev.signet.verifier.grpc;

import io.grpc.CallCredentials;
import io.grpc.CallCredentials.RequestInfo;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Secrets go over TLS, or do not leave the machine. */
final class ProtectedTransport {
    /** Netty's own kind of unix socket, by its name: which Netty is there, shaded or not, is the service's affair. */
    private static final String NETTY_SOCKET = ".channel.unix.DomainSocketAddress";

    static final Status REFUSAL = Status.UNAUTHENTICATED.withDescription(
            "credentials are sent over TLS, to loopback or over a unix socket only; this channel is plaintext");

    private ProtectedTransport() {}

    static boolean isThatOf(RequestInfo call) {
        return call.getSecurityLevel() == SecurityLevel.PRIVACY_AND_INTEGRITY
                || isOnThisMachine(call.getTransportAttrs().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
    }

    /** Sends nothing of its own, and fails a call whose transport is not protected before anything of it is sent. */
    static CallCredentials required() {
        return new CallCredentials() {
            @Override
            public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
                if (isThatOf(call)) {
                    applier.apply(new Metadata());
                } else {
                    applier.fail(REFUSAL);
                }
            }
        };
    }

    private static boolean isOnThisMachine(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet.getAddress() != null && inet.getAddress().isLoopbackAddress();
        }
        return address instanceof UnixDomainSocketAddress
                || (address != null && address.getClass().getName().endsWith(NETTY_SOCKET));
    }
}
