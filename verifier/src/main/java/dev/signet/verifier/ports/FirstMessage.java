package dev.signet.verifier.ports;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** Takes it that somebody asks something once a whole message was read. */
final class FirstMessage extends ChannelInboundHandlerAdapter {
    private final Connections connections;

    FirstMessage(Connections connections) {
        this.connections = connections;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        connections.known(context.channel());
        context.fireChannelRead(message);
        context.pipeline().remove(this);
    }
}
