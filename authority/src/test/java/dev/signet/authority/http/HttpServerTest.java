package dev.signet.authority.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.trace.TraceContext;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.MDC;

/** The port itself: bounds, methods, and what it never says. */
@Timeout(60)
final class HttpServerTest {
    private static final int MANY = 100;

    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final Semaphore waiting = new Semaphore(0);
    private HttpFace face;

    @BeforeEach
    void open() {
        face = new HttpFace(List.of(
                Route.of("GET", "/things/{thing}", request -> HttpReply.text(200, request.variable("thing"))),
                Route.of("POST", "/things/{thing}", request -> HttpReply.text(200, request.body())),
                Route.otherwise("/things/a", request -> HttpReply.text(404, "nothing at " + request.path())),
                Route.of("GET", "/waits", request -> {
                    waiting.release();
                    gate.join();
                    return HttpReply.text(200, "waited");
                }),
                Route.fromMemory("GET", "/memory", request -> HttpReply.text(200, "at once")),
                Route.of("GET", "/address", request -> HttpReply.text(200, request.address())),
                Route.of("GET", "/trace", request -> HttpReply.text(200, MDC.get(TraceContext.LOGGED) + "")),
                Route.of("GET", "/fails", request -> {
                    throw new IllegalStateException("sgk_secret");
                })));
    }

    @AfterEach
    void close() {
        face.close();
    }

    /** What is answered to bytes, up to the end of the connection. */
    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), face.port())) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private String status(String request) throws IOException {
        String reply = raw(request);
        return reply.isEmpty() ? "" : reply.substring(9, 12);
    }

    @Test
    void aRouteReadsThePath() {
        HttpResponse<String> response = face.get("/things/a%20b");
        assertEquals("a b", response.body());
        assertEquals("127.0.0.1", face.get("/address").body());
        assertEquals(List.of("no-store"), response.headers().allValues("cache-control"));
        assertEquals(List.of("nosniff"), response.headers().allValues("x-content-type-options"));
        assertFalse(response.headers().map().containsKey("server"));
    }

    /** What is called from there is on the same thread. */
    @Test
    void aRequestBearsTheTraceThatItsClientNames() {
        String sent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assertEquals(
                "4bf92f3577b34da6a3ce929d0e0e4736",
                face.get("/trace", "traceparent", sent).body());
        assertEquals("null", face.get("/trace").body());
        assertEquals("null", face.get("/trace", "traceparent", "no trace").body());
        assertEquals(
                "null",
                face.get("/trace", "traceparent", sent, "traceparent", sent).body());
    }

    @Test
    void otherPathsAndMethodsAreRefused() {
        assertEquals(404, face.get("/things").statusCode());
        assertEquals(404, face.get("/things/a/b").statusCode());
        HttpResponse<String> response = face.send("DELETE", "/things/a", "");
        assertEquals(405, response.statusCode());
        assertEquals(List.of("GET, HEAD, POST"), response.headers().allValues("allow"));
    }

    /** Where paths begin alike, what is said of those that nobody has is one thing. */
    @Test
    void pathsThatNobodyHasMayBeAnsweredTheirOwnWay() {
        HttpResponse<String> response = face.get("/things/a/b/c");
        assertEquals(404, response.statusCode());
        assertEquals("nothing at /things/a/b/c", response.body());
        assertEquals(
                "nothing at /things/a/b", face.send("DELETE", "/things/a/b", "").body());
        assertEquals("a", face.get("/things/a").body());
        assertEquals(405, face.send("DELETE", "/things/a", "").statusCode());
        assertEquals("not found\n", face.get("/things/b/c").body());
    }

    @Test
    void theHeadOfAnAnswerHasNoBody() {
        HttpResponse<String> response = face.send("HEAD", "/things/abc", "");
        assertEquals(200, response.statusCode());
        assertEquals("", response.body());
        assertEquals(List.of("3"), response.headers().allValues("content-length"));
    }

    @Test
    void aFailureSaysNothing() {
        HttpResponse<String> response = face.get("/fails");
        assertEquals(500, response.statusCode());
        assertEquals("internal error\n", response.body());
    }

    @Test
    void bodiesAreBounded() throws IOException {
        assertEquals(200, face.send("POST", "/things/a", "x".repeat(64 << 10)).statusCode());
        // Told by the head: who sends the body all the same may lose the answer, as it is not read.
        for (int length : new int[] {(64 << 10) + 1, 1 << 20}) {
            assertEquals("413", status("POST /things/a HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n"));
        }
    }

    @Test
    void textThatIsNoneIsRefused() throws IOException {
        assertEquals(
                "400",
                status(
                        "POST /things/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\u00ff\u00fe"));
    }

    @ParameterizedTest
    @CsvSource({
        "GET /things/a%2Fb HTTP/1.1, 400",
        "GET /things/../address HTTP/1.1, 400",
        "GET /address/. HTTP/1.1, 400",
        "GET /things/.. HTTP/1.1, 400",
        "GET http://a/things/../address HTTP/1.1, 400",
        "GET /things/..a/ HTTP/1.1, 404",
        "GET /things/.a. HTTP/1.1, 200",
        "GET /things/%2e%2e/address HTTP/1.1, 400",
        "GET /things/a;b HTTP/1.1, 400",
        "GET /address; HTTP/1.1, 400",
        "GET /address?a;b/../c HTTP/1.1, 200",
        "GET things HTTP/1.1, 400",
        "nothing, 400",
    })
    void pathsThatReadTwoWaysAreRefused(String line, String status) throws IOException {
        assertEquals(status, status(line + "\r\nHost: a\r\nConnection: close\r\n\r\n"), line);
    }

    @Test
    void aHeadIsBounded() throws IOException {
        String reply = raw("GET /things/a HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20 << 10) + "\r\n\r\n");
        assertTrue(reply.startsWith("HTTP/1.1 431"), reply);
        assertFalse(reply.contains("xxx"));
    }

    /** Whoever is before us may go by the length, or take it for a request without a body. */
    @Test
    void theChunksOfHttp10AreRefused() throws IOException {
        String request = String.join(
                "\r\n",
                "POST /things/a HTTP/1.0",
                "Connection: keep-alive",
                "Transfer-Encoding: chunked",
                "",
                "0",
                "",
                "GET /address HTTP/1.0",
                "",
                "");
        String reply = raw(request);
        assertEquals("400", reply.substring(9, 12));
        assertEquals(0, reply.lastIndexOf("HTTP/1.1"), reply);
    }

    @Test
    void linesEndAsTheyShould() throws IOException {
        assertEquals("400", status("GET /address HTTP/1.1\nHost: a\nConnection: close\n\n"));
        assertEquals("400", status("GET /address HTTP/1.1\r\nHost: a\r\nA: b\nConnection: close\r\n\r\n"));
    }

    /** What two readers could see as requests for two hosts, or with two headers. */
    @ParameterizedTest
    @CsvSource({
        "/address, 'A: b'",
        "/address, 'Host: a\r\nHost: a'",
        "/address, 'Host: a\r\nHost: b'",
        "http://b/address, 'Host: a'",
        "/address, 'Host: a\r\nA: b\r\n c'",
        "/address, 'Host: a\r\nA : b'",
        "/address, 'Host : a'",
        "/address, 'Host: a\r\n: b'",
    })
    void aHeadThatReadsTwoWaysIsRefused(String target, String headers) throws IOException {
        String reply = raw("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n\r\n");
        assertTrue(reply.startsWith("HTTP/1.1 400"), reply);
        assertTrue(reply.contains("Connection: close"), reply);
    }

    /** What two readers could see as two requests. */
    @ParameterizedTest
    @CsvSource({
        "'Content-Length: 3\r\nContent-Length: 4'",
        "'Content-Length: 3\r\nTransfer-Encoding: chunked'",
        "'Transfer-Encoding: chunked, identity'",
        "'Content-Length: -1'",
        "'Content-Length : 3'",
    })
    void aBodyOfTwoLengthsIsRefused(String headers) throws IOException {
        assertEquals("400", status("POST /things/a HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n\r\nabc"));
    }

    @Test
    void aPortInUseIsToldByItsKey() {
        try (HttpServer second =
                new HttpServer(new HttpConfig(new ListenAddress("127.0.0.1", face.port())), List.of())) {
            InvalidConfiguration refused = assertThrows(InvalidConfiguration.class, second::start);
            assertTrue(refused.getMessage().contains("http-listen"), refused.getMessage());
        }
    }

    @Test
    void offLoopbackItIsRefused() {
        assertThrows(InvalidConfiguration.class, () -> new HttpConfig(new ListenAddress("0.0.0.0", 8471)));
    }

    @Test
    void thereNeedBeNone() {
        try (HttpServer none = new HttpServer(new HttpConfig(null), List.of())) {
            none.start();
            assertTrue(none.port() <= 0);
        }
    }

    /** More of them than there are threads: no thread waits for what a client has not sent yet. */
    @Test
    void slowClientsHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (int number = 0; number < MANY; number++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), face.port());
                slow.add(socket);
                socket.getOutputStream()
                        .write("POST /things/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\nabc"
                                .getBytes(ISO_8859_1));
            }
            assertEquals(200, face.get("/things/a").statusCode());
            for (Socket socket : slow) {
                socket.getOutputStream().write("def".getBytes(ISO_8859_1));
                String reply = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                assertTrue(reply.startsWith("HTTP/1.1 200") && reply.endsWith("abcdef"), reply);
            }
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** As where the store does not answer: who asks whether the process lives, or for keys, is answered. */
    @Test
    void whatIsInMemoryIsAnsweredWhileAllElseWaits() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int number = 0; number < MANY; number++) {
            held.add(client.sendAsync(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + face.port() + "/waits"))
                            .build(),
                    BodyHandlers.ofString()));
        }
        waiting.acquire(32);
        assertEquals("at once", face.get("/memory").body());
        assertEquals(404, face.get("/nothing").statusCode());
        gate.complete(null);
        for (CompletableFuture<HttpResponse<String>> each : held) {
            assertEquals("waited", each.get().body());
        }
    }

    /** None of them does anything, or says what was sent. */
    @ParameterizedTest
    @CsvSource({
        "TRACE /things/a, 405",
        "OPTIONS /things/a, 405",
        "OPTIONS *, 404",
        "CONNECT example.com:443, 400",
        "GET http://127.0.0.1, 404",
        "GET http://127.0.0.1?a, 404",
        "PRI *, 404",
        "TRACK /things/a, 405",
    })
    void unusualMethodsDoNoHarm(String line, String status) throws IOException {
        String reply = raw(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
                + "Authorization: Bearer sgk_secret\r\nX-Sent: sgk_secret\r\n\r\n");
        assertFalse(reply.contains("sgk_secret"), reply);
        assertTrue(reply.contains("\r\nCache-Control: no-store\r\n"), reply);
        assertTrue(reply.startsWith("HTTP/1.1 4"), reply);
        assertEquals(status, reply.substring(9, 12), reply);
    }
}
