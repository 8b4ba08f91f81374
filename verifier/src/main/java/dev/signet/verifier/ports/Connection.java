package dev.signet.verifier.ports;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** Sees one connection before everybody else does. */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final long WINDOW_MILLIS = 100;
    /** So that those of a second cost some hundredths of a core. */
    static final int MOST_REFUSED = 50;

    private final Channel channel;
    private final SocketAddress remote;
    private boolean framesWatched;
    private int refused;
    private volatile boolean used;
    private volatile boolean known;

    Connection(Connections connections, Channel channel, boolean isHttp2) {
        this.channel = channel;
        this.framesWatched = !isHttp2;
        this.remote = channel.remoteAddress();
        // Also where it is ended before it was ever served.
        var unused = channel.closeFuture().addListener(closed -> connections.closed(this, remote));
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        used = true;
        if (!framesWatched) {
            framesWatched = true;
            watchFrames(context);
        }
        context.fireChannelRead(message);
    }

    /** Where frames are no longer, or not yet, encrypted. */
    private void watchFrames(ChannelHandlerContext context) {
        ChannelHandlerContext tls = context.pipeline().context(SslHandler.class);
        context.pipeline().addAfter(tls == null ? context.name() : tls.name(), null, new FrameWatch());
    }

    /** On any thread. What is not read waits at the sender's. */
    void refused() {
        if (channel.eventLoop().inEventLoop()) {
            countRefused();
        } else {
            channel.eventLoop().execute(this::countRefused);
        }
    }

    private void countRefused() {
        refused++;
        if (refused == 1) {
            var unused = channel.eventLoop().schedule(this::windowPassed, WINDOW_MILLIS, TimeUnit.MILLISECONDS);
        } else if (refused == MOST_REFUSED) {
            channel.config().setAutoRead(false);
        }
    }

    private void windowPassed() {
        boolean slowed = refused >= MOST_REFUSED;
        refused = 0;
        if (slowed) {
            channel.config().setAutoRead(true);
        }
    }

    /** Whether something was read since this was last asked. */
    boolean takeUse() {
        boolean was = used;
        used = false;
        return was;
    }

    boolean isKnown() {
        return known;
    }

    /** With the lock of all connections. */
    void setKnown() {
        known = true;
    }

    void end() {
        if (channel.isRegistered()) {
            var unused = channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
