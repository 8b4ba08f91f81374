package dev.signet.authority.e2e;

import dev.signet.v1.CheckRequest;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A sidecar, asked over its socket what a token may do. */
final class Checks implements AutoCloseable {
    private static final int DEADLINE_SECONDS = 20;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ManagedChannel channel;

    Checks(Path socket) {
        this.channel = NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .overrideAuthority("localhost")
                .channelType(NioDomainSocketChannel.class)
                .eventLoopGroup(loops)
                .usePlaintext()
                .build();
    }

    /** @param resource full name of what the permission is needed on */
    Verdict check(String token, String permission, String resource) {
        return VerifierServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .check(CheckRequest.newBuilder()
                        .setToken(token)
                        .setPermission(permission)
                        .setResource(resource)
                        .build())
                .getVerdict();
    }

    @Override
    public void close() {
        channel.shutdownNow();
        var unused = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
