package dev.signet.authority.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between an authority and its PostgreSQL, and cuts a connection when a commit passes by, as told. */
public final class CuttingProxy implements AutoCloseable {
    /** It is sent with a name once, and by that name from then on. */
    private static final Pattern COMMIT = Pattern.compile("(S_\\d+)?\0COMMIT\0");

    /** Where the next commit meets its end. */
    public enum Cut {
        NOWHERE,
        /** The server never hears of it. */
        BEFORE_THE_SERVER,
        /** The server does it, and its answer does not arrive. */
        BEFORE_THE_ANSWER
    }

    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Closeable> open = new CopyOnWriteArrayList<>();
    private final AtomicReference<Cut> next = new AtomicReference<>(Cut.NOWHERE);
    private final AtomicInteger cuts = new AtomicInteger();

    /** @param server its port */
    public CuttingProxy(int server) throws IOException {
        this.server = server;
        threads.execute(this::accept);
    }

    public int port() {
        return listening.getLocalPort();
    }

    /** Has the next commit cut. */
    public void cutNextCommit(Cut where) {
        next.set(where);
    }

    public int cuts() {
        return cuts.get();
    }

    private void accept() {
        try {
            while (true) {
                Connection connection = new Connection(listening.accept());
                threads.execute(connection::toServer);
                threads.execute(connection::toClient);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket database;
        private volatile boolean isMute;
        private Pattern commit = COMMIT;

        Connection(Socket client) throws IOException {
            this.client = client;
            this.database = new Socket(InetAddress.getLoopbackAddress(), server);
            open.add(client);
            open.add(database);
        }

        void toServer() {
            copy(client, database, true);
        }

        void toClient() {
            copy(database, client, false);
        }

        private boolean holdsCommit(String request) {
            Matcher matcher = commit.matcher(request);
            boolean found = matcher.find();
            if (found && matcher.groupCount() > 0 && matcher.group(1) != null) {
                commit = Pattern.compile(COMMIT + "|\0" + matcher.group(1) + "\0");
            }
            return found;
        }

        private void copy(Socket from, Socket to, boolean isRequest) {
            byte[] buffer = new byte[1 << 16];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                    if (isRequest && holdsCommit(new String(buffer, 0, length, ISO_8859_1))) {
                        Cut cut = next.getAndSet(Cut.NOWHERE);
                        isMute = cut == Cut.BEFORE_THE_ANSWER;
                        if (cut != Cut.NOWHERE) {
                            cuts.incrementAndGet();
                        }
                        if (cut == Cut.BEFORE_THE_SERVER) {
                            return;
                        }
                    }
                    if (!isRequest && isMute) {
                        // It is done: that is what the answer says.
                        return;
                    }
                    out.write(buffer, 0, length);
                }
            } catch (IOException e) {
                // One of the two is gone, and the other goes with it.
            }
        }
    }

    /** Cuts everything that goes through. */
    void cutAll() {
        for (Closeable each : open) {
            try {
                each.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cutAll();
        threads.shutdownNow();
    }
}
