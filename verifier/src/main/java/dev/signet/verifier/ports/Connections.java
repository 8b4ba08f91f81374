package dev.signet.verifier.ports;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a port, no more than may be. Where there is no room for another, one goes that has said nothing for
 * long and is not known to be of somebody: so that who only holds connections keeps nobody out. Thread-safe.
 */
public final class Connections {
    /** How many of the oldest are asked whether they said anything, before the oldest goes all the same. */
    private static final int TRIES = 16;

    private final int most;
    private final int mostStrangers;
    private final boolean isHttp2;
    private final boolean anybodyMayGo;
    /** From the one that came, or was found to be in use, longest ago. */
    private final Set<Connection> strangers = new LinkedHashSet<>();

    private final Set<Connection> known = new LinkedHashSet<>();
    private final Map<SocketAddress, Connection> byAddress = new ConcurrentHashMap<>();

    private Connections(int most, int mostStrangers, boolean isHttp2, boolean anybodyMayGo) {
        this.most = most;
        this.mostStrangers = Math.min(most, mostStrangers);
        this.isHttp2 = isHttp2;
        this.anybodyMayGo = anybodyMayGo;
    }

    /**
     * Of a port of gRPC where callers have credentials.
     *
     * @param most of all together
     * @param mostStrangers of those not {@link #known}
     */
    public static Connections ofCallers(int most, int mostStrangers) {
        return new Connections(most, mostStrangers, true, false);
    }

    /** Of a port of gRPC where nobody has any. */
    public static Connections ofAnybody(int most) {
        return new Connections(most, most, true, true);
    }

    /** Of a port of HTTP/1.1 where nobody has any; one on which a whole request came is known. */
    public static Connections ofRequests(int most) {
        return new Connections(most, most, false, true);
    }

    /** What listens at a TCP address, and watches over what connects. */
    public ChannelFactory<ServerChannel> tcp() {
        return () -> watched(new NioServerSocketChannel());
    }

    /** What listens at a unix socket. */
    public ChannelFactory<ServerChannel> unix() {
        return () -> watched(new NioServerDomainSocketChannel());
    }

    private ServerChannel watched(ServerChannel listening) {
        listening.pipeline().addLast(new Acceptance(this));
        return listening;
    }

    /** Tells that somebody with a good credential calls from there; such a connection is not ended for another. */
    public void known(@Nullable SocketAddress remote) {
        Connection connection = find(remote);
        if (connection != null) {
            known(connection);
        }
    }

    /** A handler, to be put behind the one that decodes messages, for which a connection with one is {@link #known}. */
    public ChannelHandler knownByMessage() {
        return new FirstMessage(this);
    }

    void known(Channel channel) {
        Connection connection = channel.pipeline().get(Connection.class);
        if (connection != null) {
            known(connection);
        }
    }

    private void known(Connection connection) {
        if (!connection.isKnown()) {
            synchronized (this) {
                if (strangers.remove(connection)) {
                    connection.setKnown();
                    known.add(connection);
                }
            }
        }
    }

    /** Tells that a call from there was refused. Who only makes such is read from more slowly. */
    public void refused(@Nullable SocketAddress remote) {
        Connection connection = find(remote);
        if (connection != null) {
            connection.refused();
        }
    }

    /** How many there are. */
    public synchronized int size() {
        return known.size() + strangers.size();
    }

    private @Nullable Connection find(@Nullable SocketAddress remote) {
        return remote == null ? null : byAddress.get(remote);
    }

    /**
     * Takes a connection in, before anything is read of it.
     *
     * @return whether there is room; it is to be closed else
     */
    boolean opened(Channel channel) {
        Connection connection = new Connection(this, channel, isHttp2);
        Connection gone = null;
        synchronized (this) {
            if (known.size() + strangers.size() >= most || strangers.size() >= mostStrangers) {
                gone = longestSilent(strangers.isEmpty() && anybodyMayGo ? known : strangers);
                if (gone == null) {
                    return false;
                }
                strangers.remove(gone);
                known.remove(gone);
            }
            strangers.add(connection);
        }
        if (gone != null) {
            gone.end();
        }
        SocketAddress remote = channel.remoteAddress();
        // All clients of a unix socket have one address.
        if (remote instanceof InetSocketAddress) {
            byAddress.put(remote, connection);
        }
        channel.pipeline().addLast(connection);
        return true;
    }

    private static @Nullable Connection longestSilent(Set<Connection> some) {
        for (int attempt = 0; attempt < TRIES && !some.isEmpty(); attempt++) {
            Connection oldest = some.iterator().next();
            if (!oldest.takeUse()) {
                return oldest;
            }
            some.remove(oldest);
            some.add(oldest);
        }
        return some.isEmpty() ? null : some.iterator().next();
    }

    void closed(Connection connection, @Nullable SocketAddress remote) {
        if (remote != null) {
            byAddress.remove(remote, connection);
        }
        synchronized (this) {
            strangers.remove(connection);
            known.remove(connection);
        }
    }
}
