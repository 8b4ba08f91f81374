package dev.signet.authority.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A wire to a server of this machine, which can be cut or blocked without either end being told; or to one of several,
 * each connection to the next of them that answers.
 */
final class Wire implements Balancer {
    private static final int BUFFER = 1 << 16;

    private final int[] targets;
    private final AtomicInteger next = new AtomicInteger();
    private final ServerSocket server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final AtomicLong carriedToTarget = new AtomicLong();
    private final Object unblocked = new Object();
    private volatile boolean blocked;
    private volatile boolean cut;

    Wire(int... targets) throws IOException {
        this.targets = targets.clone();
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    @Override
    public int port() {
        return server.getLocalPort();
    }

    /** How many bytes were sent to the server so far. */
    long carriedToTarget() {
        return carriedToTarget.get();
    }

    /** From now on everything sent is lost, and so are the connections, though nobody says so. */
    void cut() {
        cut = true;
        connections.forEach(connection -> connection.lost = true);
    }

    /** Lets new connections through. */
    void mend() {
        cut = false;
    }

    /** From now on everything sent waits on the way, as where a network loses packets for a while. */
    void block() {
        blocked = true;
    }

    /** What waited goes on, and nothing was lost. */
    void unblock() {
        synchronized (unblocked) {
            blocked = false;
            unblocked.notifyAll();
        }
    }

    private void awaitUnblocked() throws IOException {
        try {
            synchronized (unblocked) {
                while (blocked) {
                    unblocked.wait();
                }
            }
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        connections.forEach(Connection::close);
    }

    private void accept() {
        try {
            while (true) {
                connect(server.accept());
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private Socket open() throws IOException {
        IOException refused = new ConnectException();
        for (int attempt = 0; attempt < targets.length; attempt++) {
            int target = targets[Math.floorMod(next.getAndIncrement(), targets.length)];
            try {
                return new Socket(InetAddress.getLoopbackAddress(), target);
            } catch (IOException e) {
                refused = e;
            }
        }
        throw refused;
    }

    private void connect(Socket near) {
        try {
            Connection connection = new Connection(near, open());
            connection.lost = cut;
            connections.add(connection);
            start(() -> connection.carry(connection.near, connection.far, carriedToTarget));
            start(() -> connection.carry(connection.far, connection.near, new AtomicLong()));
        } catch (IOException e) {
            // Nobody is there.
            close(near);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // As good as closed.
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private final class Connection {
        private final Socket near;
        private final Socket far;
        private volatile boolean lost;

        Connection(Socket near, Socket far) {
            this.near = near;
            this.far = far;
        }

        private void carry(Socket from, Socket to, AtomicLong carried) {
            byte[] buffer = new byte[BUFFER];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                    if (blocked) {
                        awaitUnblocked();
                    }
                    if (!lost) {
                        out.write(buffer, 0, count);
                        carried.addAndGet(count);
                    }
                }
            } catch (IOException e) {
                // One end is gone; the other is told below.
            }
            close();
        }

        private void close() {
            Wire.close(near);
            Wire.close(far);
        }
    }
}
