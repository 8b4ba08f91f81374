package dev.signet.verifier.grpc;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.example.Deploys;
import io.grpc.Attributes;
import io.grpc.CallCredentials.RequestInfo;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ProtectedTransportTest {
    private static final SocketAddress ELSEWHERE = address(192, 0, 2, 1);
    private static final SocketAddress LOOPBACK = address(127, 0, 0, 1);

    @Test
    void plaintextIsForThisMachineOnly() {
        assertTrue(isProtected(SecurityLevel.NONE, LOOPBACK));
        assertTrue(isProtected(SecurityLevel.NONE, UnixDomainSocketAddress.of("/run/signet.sock")));
        assertTrue(isProtected(SecurityLevel.NONE, new io.netty.channel.unix.DomainSocketAddress("/run/signet.sock")));
        assertTrue(isProtected(SecurityLevel.PRIVACY_AND_INTEGRITY, ELSEWHERE));

        assertFalse(isProtected(SecurityLevel.NONE, ELSEWHERE));
        assertFalse(isProtected(SecurityLevel.INTEGRITY, ELSEWHERE));
        assertFalse(isProtected(SecurityLevel.NONE, address(0, 0, 0, 0)));
        assertFalse(isProtected(SecurityLevel.NONE, InetSocketAddress.createUnresolved("localhost", 1)));
        assertFalse(isProtected(SecurityLevel.NONE, new SocketAddress() {}));
        assertFalse(ProtectedTransport.isThatOf(new Call(SecurityLevel.NONE, Attributes.EMPTY)));
    }

    private static boolean isProtected(SecurityLevel level, SocketAddress address) {
        return ProtectedTransport.isThatOf(new Call(
                level,
                Attributes.newBuilder()
                        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address)
                        .build()));
    }

    private static SocketAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), 443);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static final class Call extends RequestInfo {
        private final SecurityLevel level;
        private final Attributes attributes;

        Call(SecurityLevel level, Attributes attributes) {
            this.level = level;
            this.attributes = attributes;
        }

        @Override
        public MethodDescriptor<?, ?> getMethodDescriptor() {
            return Deploys.CREATE;
        }

        @Override
        public CallOptions getCallOptions() {
            return CallOptions.DEFAULT;
        }

        @Override
        public SecurityLevel getSecurityLevel() {
            return level;
        }

        @Override
        public String getAuthority() {
            return "deploys";
        }

        @Override
        public Attributes getTransportAttrs() {
            return attributes;
        }
    }
}
