package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/** Where a server is reached: {@code host:port} on loopback, or {@code unix:/path}. */
record Endpoint(String text, SocketAddress address) {
    private static final String UNIX = "unix:";

    /** @throws InvalidConfiguration naming {@code key} where it is neither, or would need TLS */
    static Endpoint parse(String key, String text) {
        if (!text.startsWith(UNIX)) {
            return new Endpoint(text, ListenAddress.parse(key, text).loopback(key));
        }
        try {
            return new Endpoint(text, UnixDomainSocketAddress.of(text.substring(UNIX.length())));
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(key, "is not the path of a unix socket: " + text);
        }
    }

    ManagedChannel open() {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address)
                .overrideAuthority("localhost")
                .usePlaintext();
        if (address instanceof UnixDomainSocketAddress) {
            builder.channelType(NioDomainSocketChannel.class).eventLoopGroup(UnixLoops.SHARED);
        }
        return builder.build();
    }

    /** What grpc chooses by itself cannot serve unix sockets of the JDK; made only where one is used. */
    private static final class UnixLoops {
        private static final EventLoopGroup SHARED = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("unix-socket", true), NioIoHandler.newFactory());
    }

    @Override
    public String toString() {
        return text;
    }
}
