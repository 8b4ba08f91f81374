package dev.signet.authority.e2e;

import dev.signet.v1.RejectionReason;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A sidecar, asked. */
final class Verifier implements AutoCloseable {
    static final String ACCEPTED = "ACCEPTED";

    private static final int DEADLINE_SECONDS = 20;
    private static final EventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    private final ManagedChannel channel;

    private Verifier(NettyChannelBuilder builder) {
        this.channel = builder.usePlaintext().build();
    }

    static Verifier at(int port) {
        return new Verifier(
                NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    static Verifier at(Path socket) {
        return new Verifier(NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .overrideAuthority("localhost")
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(LOOPS));
    }

    Verdict verify(String token) {
        return VerifierServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .verify(VerifyRequest.newBuilder().setToken(token).build())
                .getVerdict();
    }

    /** {@link #ACCEPTED}, or the reason for which the token is rejected. */
    String verdict(String token) {
        Verdict verdict = verify(token);
        return verdict.getAccepted() ? ACCEPTED : word(verdict.getReason());
    }

    /** Whether a server of ours says that it serves; false also where nobody answers. */
    boolean isServing() {
        return health() == ServingStatus.SERVING;
    }

    ServingStatus health() {
        channel.resetConnectBackoff();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } catch (StatusRuntimeException e) {
            return ServingStatus.UNKNOWN;
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static String word(RejectionReason reason) {
        return reason.name().substring("REJECTION_REASON_".length());
    }
}
