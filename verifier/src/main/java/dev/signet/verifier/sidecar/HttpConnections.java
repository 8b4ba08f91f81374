package dev.signet.verifier.sidecar;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections that are open, no more than may be, each with the second until which it has to say something. */
final class HttpConnections {
    /** On all addresses together. */
    static final int MAXIMUM = 2_048;

    /**
     * On one address; above it those go that have asked nothing, or not for longest. A gateway that asks for each request
     * by itself has few at a time.
     */
    static final int MAXIMUM_OF_ONE = 1_024;

    private final int maximum;
    private final Set<HttpConnection> open = ConcurrentHashMap.newKeySet();
    /** A clock that costs nothing to read. */
    private volatile int second;

    private volatile boolean closed;

    HttpConnections(int maximum) {
        this.maximum = maximum;
    }

    /** Whether there is room for it. */
    boolean add(HttpConnection connection) {
        open.add(connection);
        return open.size() <= maximum && !closed;
    }

    void remove(HttpConnection connection) {
        open.remove(connection);
    }

    int size() {
        return open.size();
    }

    int second() {
        return second;
    }

    /** Ends the connections whose time is up. */
    void secondPassed() {
        int now = second + 1;
        second = now;
        open.forEach(connection -> connection.endIfDue(now));
    }

    void close() {
        closed = true;
        open.forEach(HttpConnection::endIfIdle);
    }
}
