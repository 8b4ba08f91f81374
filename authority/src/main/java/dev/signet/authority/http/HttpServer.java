package dev.signet.authority.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.authority.http.Route.Turn;
import dev.signet.authority.limits.Lane;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.tls.TlsContext;
import dev.signet.verifier.trust.Clocks;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.MinimumDataRateHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** The HTTP port: HTTP/1.1, each request within bounds of size and time. */
public final class HttpServer implements AutoCloseable {
    /** Which move bytes, and answer from memory. */
    private static final int THREADS = 8;
    /** Which may wait for the store. */
    private static final int ANSWERING = 32;

    private static final int ANSWERING_FIRST = 8;
    private static final int TELLING_CONDITION = 2;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT_TO_REVOKE = Duration.ofSeconds(10);

    private static final int MOST_CONNECTIONS = 2_000;
    /** Where many come at once, and most of them for nothing. */
    private static final int WAITING_TO_CONNECT = 1_024;
    /** On which nothing was asked yet. */
    private static final int MOST_STRANGERS = 500;
    /** How long the others may do nothing once there are so many. */
    private static final long CROWDED_IDLE_MILLIS = 1_000;
    /** From the end of its head to its answer. */
    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

    private static final int LARGEST_HEAD = 16 << 10;
    private static final int LARGEST_BODY = 64 << 10;
    private static final long IDLE_MILLIS = 30_000;
    /** Slower senders are cut off. */
    private static final long BYTES_A_SECOND = 100;

    private static final long SHUTDOWN_IDLE_MILLIS = 50;
    private static final long STOP_MILLIS = 5_000;

    private static final HttpReply TOO_LARGE =
            HttpReply.text(413, "a body of at most 64 KiB\n").with("Connection", "close");

    private static final HttpReply OVERLOADED =
            HttpReply.text(503, "more is asked than can be done now\n").with("Retry-After", "1");

    private static final HttpReply READS_TWO_WAYS =
            HttpReply.text(400, "the request can be read in two ways\n").with("Connection", "close");

    private final HttpConfig config;
    /** As many wait at most as there are connections. */
    private final Lane usual = lane("http-answer", ANSWERING, LONGEST_WAIT);

    private final Lane revocations = lane("http-revoke", ANSWERING_FIRST, LONGEST_WAIT_TO_REVOKE);
    private final Lane condition = lane("http-condition", TELLING_CONDITION, LONGEST_WAIT_TO_REVOKE);
    private final HttpConnections connections = new HttpConnections(MOST_STRANGERS, LONGEST_REQUEST, HttpServer::nanos);
    private final ScheduledExecutorService overdue = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "http-overdue");
        thread.setDaemon(true);
        return thread;
    });

    private final Server server = new Server(threads());
    private final ServerConnector connector;

    /** Builds the server; it answers once {@link #start} is called. */
    public HttpServer(HttpConfig config, List<Route> routes) {
        this(config, routes, null);
    }

    /** @param tls null for plaintext */
    public HttpServer(HttpConfig config, List<Route> routes, @Nullable TlsContext tls) {
        this.config = config;
        HttpConnectionFactory speaks = new HttpConnectionFactory(bounds());
        this.connector = tls == null
                ? new ServerConnector(server, 1, 1, speaks)
                : new ServerConnector(
                        server, 1, 1, new SslConnectionFactory(new ReloadedTls(tls), speaks.getProtocol()), speaks);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(WAITING_TO_CONNECT);
        // Nobody is owed an answer on a connection on which nothing was asked.
        connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
        server.addConnector(connector);
        connector.addBean(connections);
        NetworkConnectionLimit limit = new NetworkConnectionLimit(MOST_CONNECTIONS, connector);
        limit.setEndPointIdleTimeout(CROWDED_IDLE_MILLIS);
        server.addBean(limit);
        server.setHandler(new MinimumDataRateHandler(new Door(new Routes(routes), this::lane), BYTES_A_SECOND, 0));
        server.setErrorHandler(HttpServer::refuse);
        server.setStopTimeout(STOP_MILLIS);
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("http");
        threads.setDaemon(true);
        return threads;
    }

    private static long nanos() {
        return Clocks.SYSTEM.now().nanos();
    }

    private static Lane lane(String name, int threads, Duration longestWait) {
        return new Lane(name, threads, MOST_CONNECTIONS, longestWait, HttpServer::nanos);
    }

    private Lane lane(Turn turn) {
        return switch (turn) {
            case CONDITION -> condition;
            case REVOCATION -> revocations;
            case FROM_MEMORY, USUAL -> usual;
        };
    }

    private static HttpConfiguration bounds() {
        HttpConfiguration bounds = new HttpConfiguration();
        bounds.setRequestHeaderSize(LARGEST_HEAD);
        bounds.setHttpCompliance(HttpCompliance.STRICT);
        bounds.setSendServerVersion(false);
        bounds.setSendXPoweredBy(false);
        return bounds;
    }

    /**
     * Starts answering, where there is to be such a port.
     *
     * @throws InvalidConfiguration where the port is in use
     */
    public void start() {
        ListenAddress listen = config.listen();
        if (listen == null) {
            return;
        }
        InetSocketAddress address = config.exposure().admit("http-listen", listen);
        connector.setHost(address.getAddress().getHostAddress());
        connector.setPort(address.getPort());
        try {
            server.start();
            var unused = overdue.scheduleWithFixedDelay(connections::endOverdue, 1, 1, TimeUnit.SECONDS);
        } catch (Exception e) {
            close();
            throw new InvalidConfiguration(
                    "http-listen", "cannot listen on " + listen + ": is it in use by another process?");
        }
    }

    /** Where it listens; not positive where it does not. */
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP server does not stop", e);
        } finally {
            overdue.shutdown();
            List.of(usual, revocations, condition).forEach(Lane::close);
        }
    }

    /** What is no request in the end: too long, too slow, or none at all. Says its status and no more. */
    private static boolean refuse(Request request, Response response, Callback callback) {
        HttpReply refused = HttpReply.text(response.getStatus(), "refused\n").with("Connection", "close");
        send(request, response, refused, callback);
        return true;
    }

    private static void send(Request request, Response response, HttpReply reply, Callback callback) {
        response.setStatus(reply.status());
        for (HttpField field : reply.headers()) {
            response.getHeaders().put(field);
        }
        if (!reply.headers().contains(HttpHeader.CACHE_CONTROL)) {
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        }
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        byte[] body = reply.body().getBytes(UTF_8);
        if (reply.status() != 204 && reply.status() != 304) {
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        }
        boolean head = request.getMethod().equals("HEAD");
        response.write(true, head ? null : ByteBuffer.wrap(body), callback);
    }

    /**
     * Reads requests, has them answered, and writes the answers. No thread waits for a client, and those that move bytes
     * wait for nobody: what may take a while is answered by threads of its own.
     */
    private static final class Door extends Handler.Abstract {
        private final Routes routes;
        private final Function<Turn, Lane> lanes;

        Door(Routes routes, Function<Turn, Lane> lanes) {
            this.routes = routes;
            this.lanes = lanes;
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (readsTwoWays(request)) {
                send(request, response, READS_TWO_WAYS, callback);
                return true;
            }
            new RequestBody(request, LARGEST_BODY).read(new RequestBody.Reader() {
                @Override
                public void whole(byte[] bytes) {
                    String body = Utf8.decode(bytes);
                    if (body == null) {
                        send(request, response, HttpReply.text(400, "the body is not UTF-8\n"), callback);
                    } else {
                        answer(request, response, body, callback);
                    }
                }

                @Override
                public void tooLarge() {
                    send(request, response, TOO_LARGE, callback);
                }

                @Override
                public void failed(Throwable failure) {
                    Response.writeError(request, response, callback, failure);
                }
            });
            return true;
        }

        private void answer(Request request, Response response, String body, Callback callback) {
            Routes.Found found = routes.find(read(request, body));
            if (found.turn() == Turn.FROM_MEMORY) {
                send(request, response, found.answer(), callback);
                return;
            }
            Lane lane = lanes.apply(found.turn());
            long came = nanos();
            if (!lane.hasRoom()) {
                send(request, response, OVERLOADED, callback);
                return;
            }
            lane.execute(() -> {
                try {
                    boolean inTime = lane.isInTime(came);
                    send(request, response, inTime ? found.answer() : OVERLOADED, callback);
                } catch (RuntimeException | Error e) {
                    Response.writeError(request, response, callback, e);
                }
            });
        }

        /**
         * Whether somebody before us may have taken it for something else: another path, one that it would not have let
         * pass, or (RFC 9112 section 6.1) a request without the body that is announced.
         */
        private static boolean readsTwoWays(Request request) {
            String path = Objects.requireNonNullElse(request.getHttpURI().getPath(), "");
            String closed = path + "/";
            return path.indexOf(';') >= 0
                    || closed.contains("/../")
                    || closed.contains("/./")
                    || (request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_0
                            && request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
        }

        private static HttpRequest read(Request request, String body) {
            HttpURI uri = request.getHttpURI();
            return new HttpRequest(
                    request.getMethod(),
                    Objects.requireNonNullElse(uri.getDecodedPath(), "/"),
                    Map.of(),
                    Objects.requireNonNullElse(uri.getQuery(), ""),
                    request.getHeaders().asImmutable(),
                    body,
                    address(request));
        }

        private static String address(Request request) {
            SocketAddress peer = request.getConnectionMetaData().getRemoteSocketAddress();
            return peer instanceof InetSocketAddress inet ? inet.getHostString() : "local";
        }
    }
}
