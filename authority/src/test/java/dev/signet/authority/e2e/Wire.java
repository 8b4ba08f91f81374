package dev.signet.authority.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A wire to a server of this machine, which can be cut without either end being told. */
final class Wire implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final int target;
    private final ServerSocket server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final AtomicLong carriedToTarget = new AtomicLong();
    private volatile boolean cut;

    Wire(int target) throws IOException {
        this.target = target;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    int port() {
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

    private void connect(Socket near) {
        try {
            Connection connection = new Connection(near, new Socket(InetAddress.getLoopbackAddress(), target));
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

    private static final class Connection {
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
