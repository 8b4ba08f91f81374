package dev.signet.verifier.sidecar;

import dev.signet.verifier.ports.Connections;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 for gateways that ask who may pass, and for who looks after the process. It answers on the event loops of
 * gRPC, and what it loads is loaded with the first connection.
 */
final class HttpServer implements AutoCloseable {
    private static final WriteBufferWaterMark ANSWERS_NOT_TAKEN = new WriteBufferWaterMark(8 << 10, 32 << 10);
    /** Room for a usual request; and no more are read ahead of an answer than one read has. */
    private static final int READ_BYTES = 4 << 10;

    private final EventLoopGroup loops;
    private final Decisions decisions;
    private final SignaturePool pool;
    private final Map<String, Supplier<HttpPage>> pages;
    private final HttpConnections connections;
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** @param pages by their paths */
    HttpServer(EventLoopGroup loops, Decisions decisions, SignaturePool pool, Map<String, Supplier<HttpPage>> pages) {
        this(loops, decisions, pool, pages, new HttpConnections(HttpConnections.MAXIMUM));
        // Nobody waits for it to end: it ends with the loops.
        var unused = loops.next().scheduleAtFixedRate(connections::secondPassed, 1, 1, TimeUnit.SECONDS);
    }

    /** @param connections who tells them that time passes */
    HttpServer(
            EventLoopGroup loops,
            Decisions decisions,
            SignaturePool pool,
            Map<String, Supplier<HttpPage>> pages,
            HttpConnections connections) {
        this.loops = loops;
        this.decisions = decisions;
        this.pool = pool;
        this.pages = Map.copyOf(pages);
        this.connections = connections;
    }

    /** Returns the port. */
    int listen(InetSocketAddress address) throws IOException {
        return listen(address, null);
    }

    /**
     * Returns the port.
     *
     * @param tls null for plaintext
     */
    int listen(InetSocketAddress address, @Nullable SslContext tls) throws IOException {
        Connections watched = Connections.ofRequests(HttpConnections.MAXIMUM_OF_ONE);
        return ((InetSocketAddress) bind(watched, watched.tcp(), address, tls).localAddress()).getPort();
    }

    void listen(UnixDomainSocketAddress address) throws IOException {
        Connections watched = Connections.ofRequests(HttpConnections.MAXIMUM_OF_ONE);
        bind(watched, watched.unix(), address, null);
    }

    private Channel bind(
            Connections watched, ChannelFactory<ServerChannel> type, SocketAddress address, @Nullable SslContext tls)
            throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channelFactory(type)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ANSWERS_NOT_TAKEN)
                .childOption(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator(READ_BYTES / 8, READ_BYTES / 2, READ_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        HttpConnection connection = new HttpConnection(decisions, pool.lane(), pages, connections);
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new HttpHeads(connection), watched.knownByMessage(), connection);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException("cannot listen", bound.cause());
        }
        listening.add(bound.channel());
        return bound.channel();
    }

    /** Takes no more connections, and ends those on which nothing is asked. */
    @Override
    public void close() {
        listening.forEach(channel -> channel.close().awaitUninterruptibly());
        connections.close();
    }
}
