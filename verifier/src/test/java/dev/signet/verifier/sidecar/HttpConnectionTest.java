package dev.signet.verifier.sidecar;

import static dev.signet.verifier.sidecar.HttpHouse.asking;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP as gateways speak it, and as nobody should. */
@Timeout(30)
class HttpConnectionTest {
    private static final String PATH = "/forward-auth/nginx";
    private static final String ACCEPTED = "HTTP/1.1 200 OK\r\n";
    private static final String DENIED = "HTTP/1.1 401 Unauthorized\r\n";
    private static final int FEW = 3;

    private final HttpHouse house = new HttpHouse(FEW);
    private final String token = TestTokens.of(Kind.WORKSPACE).sign();

    HttpConnectionTest() throws IOException {}

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "X"})
    void anyMethodWillDo(String method) throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(asking(PATH, token).replaceFirst("GET", method));
                assertStarts(ACCEPTED, client.answer());
            }
        }
    }

    /** The rest of what was sent would be answered, if anybody took it for a request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1000",
                "Content-Length: 1",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Length: 3\r\nContent-Length: 3",
                "Expect: 100-continue\r\nContent-Length: 7",
            })
    void anAnnouncedBodyIsNeitherAwaitedNorTakenForARequest(String announced) throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(head("POST " + PATH, announced));
            String answer = client.answer();
            assertTrue(answer.startsWith(ACCEPTED) || answer.startsWith("HTTP/1.1 400 "), answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            client.send(asking(PATH, token));
            assertEquals("", client.rest());
        }
    }

    @Test
    void whatComesWithAnAnnouncedBodyIsNotTakenForARequest() throws IOException {
        for (String announced : new String[] {"Content-Length: 2", "Transfer-Encoding: chunked"}) {
            try (HttpHouse.Client client = house.connect()) {
                client.send(head("POST " + PATH, announced) + "0\r\n\r\n" + asking(PATH, token));
                assertStarts(ACCEPTED, client.answer());
                assertEquals("", client.rest());
            }
        }
    }

    @Test
    void whoSendsALargeBodyGetsToReadTheAnswer() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(head("POST " + PATH, "Content-Length: 4000000") + "x".repeat(4_000_000));
            assertStarts(ACCEPTED, client.answer());
            assertEquals("", client.rest());
        }
    }

    @Test
    void aBodyThatIsNeverSentIsNotAwaitedForLong() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(head("POST " + PATH, "Content-Length: 9"));
            assertStarts(ACCEPTED, client.answer());
            assertEquals(1, house.connections.size());
            house.seconds(HttpConnection.LINGER_SECONDS);
            awaitConnections(0);
        }
    }

    @Test
    void anEmptyBodyIsNone() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            for (int i = 0; i < 2; i++) {
                client.send(head("POST " + PATH, "Content-Length: 0"));
                assertStarts(ACCEPTED, client.answer());
            }
        }
    }

    @Test
    void theOldVersionClosesUnlessItSaysOtherwise() throws IOException {
        String old = asking(PATH, token).replace("HTTP/1.1", "HTTP/1.0").replace("Host: sidecar\r\n", "");
        try (HttpHouse.Client client = house.connect()) {
            client.send(old.replaceFirst("\r\n", "\r\nConnection: keep-alive\r\n"));
            assertTrue(client.answer().contains("\r\nConnection: keep-alive\r\n"));
            client.send(old);
            assertTrue(client.answer().contains("\r\nConnection: close\r\n"));
            assertEquals("", client.rest());
        }
    }

    @Test
    void whoWantsToCloseIsClosed() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(head("GET " + PATH, "Connection: close"));
            assertTrue(client.answer().contains("\r\nConnection: close\r\n"));
            assertEquals("", client.rest());
        }
    }

    /** The first one takes a signature check, the others none. */
    @Test
    void answersComeInTheOrderOfTheRequests() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(PATH, token)
                    + asking(PATH, "x")
                    + asking(PATH, token)
                    + asking("/nowhere", "x")
                    + head("GET " + PATH, "Connection: close")
                    + asking(PATH, "x"));
            assertStarts(ACCEPTED, client.answer());
            assertStarts(DENIED, client.answer());
            assertStarts(ACCEPTED, client.answer());
            assertStarts("HTTP/1.1 404 ", client.answer());
            assertStarts(ACCEPTED, client.answer());
            assertEquals("", client.rest());
        }
    }

    @Test
    void howeverManyAreSentAheadAllAreAnswered() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(PATH, token));
            assertStarts(ACCEPTED, client.answer());
            int many = 20_000;
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < many; i++) {
                        client.send(asking(PATH, "x"));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            for (int i = 0; i < many; i++) {
                assertStarts(DENIED, client.answer());
            }
        }
    }

    @Test
    void longTargetsAndHeadersHaveTheirBounds() throws IOException {
        String line = "GET " + PATH + "? HTTP/1.1";
        String fitting = "x".repeat(HttpHeads.LONGEST_LINE - line.length());
        assertStarts("HTTP/1.1 403 ", house.ask(head("GET " + PATH + "?" + fitting, "A: b")));
        assertStarts("HTTP/1.1 414 ", house.ask(head("GET " + PATH + "?" + fitting + "x", "A: b")));
        String url = "X-Original-URI: /" + "y".repeat(HttpHeads.LARGEST_HEAD - 2_000);
        assertStarts(ACCEPTED, house.ask(head("GET " + PATH, url)));
        assertStarts("HTTP/1.1 431 ", house.ask(head("GET " + PATH, url + "y".repeat(2_000))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET PATH HTTP/1.1~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Host: a~~ | 400",
                "GET PATH HTTP/1.1~Host : a~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Content-Length: 1~Content-Length: 2~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Content-Length: +1~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Content-Length: -1~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Content-Length: 0x~~ | 400",
                "GET PATH HTTP/1.1~Host: a~A b: c~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Content-Length: 5~Transfer-Encoding: chunked~~0~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Transfer-Encoding: chunked~Content-Length: 5~~0~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Transfer-Encoding: chunked~Transfer-Encoding: identity~~0~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Transfer-Encoding: xchunked~~0~~ | 400",
                "GET PATH HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~0~~ | 400",
                "GET PATH HTTP/1.0~Host: a~Transfer-Encoding: chunked~~0~~ | 400",
                "GET PATH HTTP/1.1~ Host: a~~ | 400",
                "GET PATH HTTP/1.1~Host: a~: b~~ | 400",
                "GET PATH HTTP/1.1!Host: a!! | 400",
                "GET PATH HTTP/1.1~Host: a!A: b~~ | 400",
                "GET PATH HTTP/2.0~Host: a~~ | 505",
                "GET PATH HTTP/1.2~Host: a~~ | 505",
                "PRI * HTTP/2.0~~SM~~ | 505",
                "GET PATH~~ | 400",
                "GET PATH x HTTP/1.1~Host: a~~ | 400",
            })
    void whatIsNoRequestEndsTheConnection(String request, int status) throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(request.replace("PATH", PATH).replace("~", "\r\n").replace("!", "\n") + asking(PATH, token));
            String answer = client.answer();
            assertStarts("HTTP/1.1 " + status + " ", answer);
            assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
            assertEquals("", client.rest());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/forward-auth",
                "/forward-auth/",
                "/forward-auth/NGINX",
                "/forward-auth/nginx/",
                "/forward-auth/envoy",
                "//forward-auth/nginx",
                "/forward-auth/../forward-auth/nginx",
                "/forward-auth%2Fnginx",
                "http://sidecar/forward-auth/nginx",
                "*"
            })
    void elsewhereIsNothing(String target) throws IOException {
        String answer = house.ask(asking(target, token));
        assertStarts("HTTP/1.1 404 ", answer);
        assertFalse(answer.contains("X-Auth-"));
    }

    @Test
    void readinessIsAPage() throws IOException {
        assertTrue(house.ask(asking("/readyz", "x")).endsWith("\r\n\r\nready\n"));
        house.ready(false);
        String answer = house.ask("GET /readyz?verbose HTTP/1.1\r\nHost: h\r\n\r\n");
        assertStarts("HTTP/1.1 503 ", answer);
        assertTrue(answer.endsWith("\r\n\r\nnot ready\n"));
        assertStarts("HTTP/1.1 405 ", house.ask("POST /readyz HTTP/1.1\r\nHost: h\r\n\r\n"));
        try (HttpHouse.Client client = house.connect()) {
            client.send("HEAD /readyz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertTrue(client.rest().endsWith("\r\n\r\n"));
        }
    }

    @Test
    void aHeadThatDoesNotEndHasItsTime() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            // At once, so that both are read by the time the first is answered.
            client.send(asking(PATH, "x") + "GET " + PATH);
            assertStarts(DENIED, client.answer());
            house.seconds(HttpConnection.HEAD_SECONDS);
            assertEquals("", client.rest());
        }
    }

    @Test
    void oneThatBeganBeforeAnAnswerWasThereHasNoMore() throws Exception {
        String foreign = TestTokens.of(Kind.WORKSPACE)
                .with("org", TestTokens.OTHER_ORGANIZATION)
                .sign();
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(PATH, foreign) + "GET " + PATH);
            house.awaitNeeded();
            house.loading.complete(null);
            assertStarts("HTTP/1.1 403 ", client.answer());
            house.seconds(HttpConnection.HEAD_SECONDS);
            assertEquals("", client.rest());
        }
    }

    @Test
    void aConnectionIsKeptForAWhile() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(PATH, token));
            assertStarts(ACCEPTED, client.answer());
            house.seconds(HttpConnection.IDLE_SECONDS - 1);
            client.send(asking(PATH, token));
            assertStarts(ACCEPTED, client.answer());
            house.seconds(HttpConnection.IDLE_SECONDS);
            assertEquals("", client.rest());
        }
    }

    @Test
    void oneThatSaysNothingIsNot() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            awaitConnections(1);
            house.seconds(HttpConnection.HEAD_SECONDS);
            assertEquals("", client.rest());
        }
    }

    @Test
    void pastTheBoundAConnectionIsToldSo() throws IOException {
        HttpHouse.Client[] clients = new HttpHouse.Client[FEW];
        for (int i = 0; i < FEW; i++) {
            clients[i] = house.connect();
            clients[i].send(asking(PATH, token));
            assertStarts(ACCEPTED, clients[i].answer());
        }
        try (HttpHouse.Client another = house.connect()) {
            assertStarts("HTTP/1.1 503 ", another.answer());
            assertEquals("", another.rest());
        }
        for (HttpHouse.Client client : clients) {
            client.close();
        }
        awaitConnections(0);
        assertStarts(ACCEPTED, house.ask(asking(PATH, token)));
    }

    @Test
    void whenTheServerEndsSoDoItsConnections() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(PATH, token));
            assertStarts(ACCEPTED, client.answer());
            house.server().close();
            assertEquals("", client.rest());
        }
    }

    private String head(String start, String headers) {
        return start + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n" + headers + "\r\n\r\n";
    }

    private void awaitConnections(int count) {
        // Until the test's own timeout interrupts it.
        while (house.connections.size() != count && !Thread.currentThread().isInterrupted()) {
            Thread.onSpinWait();
        }
        assertEquals(count, house.connections.size());
    }

    private static void assertStarts(String expected, String answer) {
        assertTrue(answer.startsWith(expected), answer);
    }
}
