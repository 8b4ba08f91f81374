package dev.signet.authority.e2e;

import java.io.IOException;

/** Passes each connection to one of several servers. */
interface Balancer extends AutoCloseable {
    int port();

    @Override
    void close() throws IOException;

    /** Begins to balance between servers of this machine, by their ports. */
    @FunctionalInterface
    interface Starter {
        Balancer start(int... ports) throws IOException;
    }
}
