package dev.signet.verifier.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.example.Deploys;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.IdType;
import io.grpc.Attributes;
import io.grpc.CallCredentials;
import io.grpc.CallCredentials.RequestInfo;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.SecurityLevel;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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

    @Test
    void noTokenIsSentElsewhereInTheClear() {
        Outcome outcome = new Outcome();
        AskedChannel authority = new AskedChannel();
        try (ApiKeyCredentials credentials = credentials(authority)) {
            credentials.applyRequestMetadata(call(SecurityLevel.NONE, ELSEWHERE), Runnable::run, outcome);
            assertEquals(Status.Code.UNAUTHENTICATED, outcome.failure.getCode());
            assertNull(authority.options, "no token was even asked for");
        }
    }

    @Test
    void noSecretIsSentElsewhereInTheClear() {
        AskedChannel authority = new AskedChannel();
        try (ApiKeyCredentials credentials = credentials(authority)) {
            credentials.applyRequestMetadata(call(SecurityLevel.NONE, LOOPBACK), Runnable::run, new Outcome());
            CallCredentials ofTheExchange = authority.options.getCredentials();
            Outcome plain = new Outcome();
            ofTheExchange.applyRequestMetadata(call(SecurityLevel.NONE, ELSEWHERE), Runnable::run, plain);
            assertEquals(Status.Code.UNAUTHENTICATED, plain.failure.getCode());
            Outcome encrypted = new Outcome();
            ofTheExchange.applyRequestMetadata(
                    call(SecurityLevel.PRIVACY_AND_INTEGRITY, ELSEWHERE), Runnable::run, encrypted);
            assertEquals(Set.of(), encrypted.headers.keys());
        }
    }

    private static ApiKeyCredentials credentials(Channel authority) {
        FakeClocks clocks = new FakeClocks();
        return new ApiKeyCredentials(
                authority,
                new ApiKey(TestTokens.id(IdType.KEY), "sgk_secret"),
                null,
                clocks.clocks(),
                new FakeScheduler(clocks),
                new Random(1));
    }

    private static Call call(SecurityLevel level, SocketAddress address) {
        return new Call(
                level,
                Attributes.newBuilder()
                        .set(Grpc.TRANSPORT_ATTR_REMOTE_ADDR, address)
                        .build());
    }

    private static boolean isProtected(SecurityLevel level, SocketAddress address) {
        return ProtectedTransport.isThatOf(call(level, address));
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

    /** What credentials make of a call. */
    private static final class Outcome extends CallCredentials.MetadataApplier {
        private @Nullable Metadata headers;
        private @Nullable Status failure;

        @Override
        public void apply(Metadata headers) {
            this.headers = headers;
        }

        @Override
        public void fail(Status status) {
            this.failure = status;
        }
    }

    /** Keeps how it was called, and never answers. */
    private static final class AskedChannel extends Channel {
        private @Nullable CallOptions options;

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            this.options = options;
            return new NoopClientCall<>();
        }

        @Override
        public String authority() {
            return "authority";
        }
    }

    private static final class NoopClientCall<Q, R> extends ClientCall<Q, R> {
        @Override
        public void start(Listener<R> listener, Metadata headers) {}

        @Override
        public void request(int messages) {}

        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {}

        @Override
        public void halfClose() {}

        @Override
        public void sendMessage(Q message) {}
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
