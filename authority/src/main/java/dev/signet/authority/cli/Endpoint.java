package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ServerAddress;
import dev.signet.verifier.tls.NettyTls;
import dev.signet.verifier.tls.TlsContext;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.InstantSource;
import java.util.Map;

/**
 * Where a server is reached: {@code https://host:port}, {@code host:port} on loopback, or {@code unix:/path}.
 *
 * @param address not resolved where TLS is spoken
 */
record Endpoint(String text, SocketAddress address, boolean tls) {
    private static final String UNIX = "unix:";

    /** @throws InvalidConfiguration naming {@code key} where it is neither, or would need TLS */
    static Endpoint parse(String key, String text) {
        if (!text.startsWith(UNIX)) {
            ServerAddress server = ServerAddress.parse(key, text);
            return server.tls()
                    ? new Endpoint(text, InetSocketAddress.createUnresolved(server.host(), server.port()), true)
                    : new Endpoint(text, server.plaintext(key), false);
        }
        try {
            return new Endpoint(text, UnixDomainSocketAddress.of(text.substring(UNIX.length())), false);
        } catch (IllegalArgumentException e) {
            throw new InvalidConfiguration(key, "is not the path of a unix socket: " + text);
        }
    }

    /** @param environment says whom to believe, where TLS is spoken */
    ManagedChannel open(Map<String, String> environment) {
        return tls && address instanceof InetSocketAddress server ? secure(server, environment) : open();
    }

    private static ManagedChannel secure(InetSocketAddress server, Map<String, String> environment) {
        try {
            Settings settings = new Settings(TlsSettings.CLIENT, Map.of(), environment);
            TlsContext context = TlsContext.of(TlsSettings.client(settings), InstantSource.system());
            return NettyChannelBuilder.forAddress(server.getHostString(), server.getPort())
                    .sslContext(NettyTls.ofGrpcClient(context))
                    .build();
        } catch (InvalidConfiguration e) {
            throw Failure.usage(TlsSettings.CLIENT.stream()
                    .filter(setting -> setting.key().equals(e.key()))
                    .findFirst()
                    .map(setting -> e.getMessage() + " (" + setting.ways() + ")")
                    .orElseGet(() -> String.valueOf(e.getMessage())));
        }
    }

    /** In plaintext. */
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
