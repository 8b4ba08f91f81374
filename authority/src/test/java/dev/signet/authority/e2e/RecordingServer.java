package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server behind a gateway: writes down what reaches it, and answers what it was told to. */
final class RecordingServer implements AutoCloseable {
    /** What reached it. */
    record Seen(String method, String target, Headers headers, String body) {
        List<String> all(String name) {
            return headers.getOrDefault(name, List.of());
        }

        /** The values of all headers that are the same to whom dashes, underscores and dots are. */
        List<String> alike(String name) {
            return headers.entrySet().stream()
                    .filter(header -> header.getKey().replaceAll("[_.]", "-").equalsIgnoreCase(name))
                    .flatMap(header -> header.getValue().stream())
                    .toList();
        }
    }

    private final HttpServer server;
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile Map<String, String> headers = Map.of();

    RecordingServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::handle);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    void answerWith(int answered, Map<String, String> with) {
        status = answered;
        headers = with;
    }

    /** What has reached it since this was last asked. */
    List<Seen> take() {
        List<Seen> taken = new ArrayList<>(seen);
        seen.clear();
        return taken;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1);
        seen.add(new Seen(
                exchange.getRequestMethod(), exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
        headers.forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("X-Backend", "reached");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
