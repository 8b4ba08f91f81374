package dev.signet.verifier.ports;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Passes on what connects where there is room for it. */
final class Acceptance extends ChannelInboundHandlerAdapter {
    private final Connections connections;

    Acceptance(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        Channel channel = (Channel) message;
        if (connections.opened(channel)) {
            context.fireChannelRead(channel);
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
