package dev.signet.verifier.ports;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** A connection with an address of its own, and time that moves only when told. */
final class Client extends EmbeddedChannel {
    private final int port;

    Client(int port) {
        this.port = port;
        freezeTime();
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return InetSocketAddress.createUnresolved("client", port);
    }
}
