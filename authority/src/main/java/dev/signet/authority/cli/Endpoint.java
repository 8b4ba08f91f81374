package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
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
        boolean unix = address instanceof UnixDomainSocketAddress;
        var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ManagedChannel channel = NettyChannelBuilder.forAddress(address)
                .channelType(unix ? NioDomainSocketChannel.class : NioSocketChannel.class)
                .eventLoopGroup(group)
                .overrideAuthority("localhost")
                .usePlaintext()
                .build();
        return channel;
    }

    @Override
    public String toString() {
        return text;
    }
}
