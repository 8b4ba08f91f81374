package dev.signet.verifier.corpus;

import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes whom this process calls by a URL or a socket of the JDK: both ask for a proxy first. */
final class NoCalls extends ProxySelector implements AutoCloseable {
    private final ProxySelector before = ProxySelector.getDefault();
    private final Queue<URI> called = new ConcurrentLinkedQueue<>();
    private final Set<Integer> doors = ConcurrentHashMap.newKeySet();

    NoCalls() {
        ProxySelector.setDefault(this);
    }

    /** Calls of this port on loopback are those of the test itself. */
    void allow(int port) {
        doors.add(port);
    }

    /** Takes those that were called since the last time. */
    List<URI> take() {
        List<URI> taken = List.copyOf(called);
        called.clear();
        return taken;
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (!doors.contains(uri.getPort())) {
            called.add(uri);
        }
        return List.of(Proxy.NO_PROXY);
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {}

    @Override
    public void close() {
        ProxySelector.setDefault(before);
    }
}
