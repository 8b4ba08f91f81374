package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The HTTP side of a sidecar over loopback, with a trust state and a clock that the test moves. */
final class HttpHouse implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    final TrustState trust = new TrustState();
    final HttpConnections connections;
    final SignaturePool pool = new SignaturePool();
    /** Completes once the test has an organization loaded. */
    final CompletableFuture<Void> loading = new CompletableFuture<>();

    private final CompletableFuture<String> needed = new CompletableFuture<>();
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final HttpServer server;
    private final int port;
    private volatile boolean ready = true;

    HttpHouse(int mostConnections) throws IOException {
        connections = new HttpConnections(mostConnections);
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, new FakeClocks().clocks());
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
        Decisions decisions = new Decisions(verifier, organization -> {
            needed.complete(organization);
            return loading;
        });
        server = new HttpServer(
                loops,
                decisions,
                pool,
                Map.of("/readyz", HttpPage.whether(() -> ready, "ready", "not ready")),
                connections);
        port = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    void ready(boolean ready) {
        this.ready = ready;
    }

    /** The organization that an answer waits for, once one does. */
    String awaitNeeded() throws Exception {
        return needed.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Time passes. */
    void seconds(int seconds) {
        for (int second = 0; second < seconds; second++) {
            connections.secondPassed();
        }
    }

    HttpServer server() {
        return server;
    }

    Client connect() throws IOException {
        return new Client(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** One request on a connection of its own. */
    String ask(String request) throws IOException {
        try (Client client = connect()) {
            client.send(request);
            return client.answer();
        }
    }

    /** What asks about a token in the usual way. */
    static String asking(String target, String token) {
        return "GET " + target + " HTTP/1.1\r\nHost: sidecar\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    }

    /** A connection, byte by byte. */
    static final class Client implements AutoCloseable {
        private static final Pattern LENGTH = Pattern.compile("(?m)^Content-Length: (\\d+)$");

        private final Socket socket;
        private final InputStream in;

        private Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(PATIENCE_MILLIS);
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        /** The next answer, whole; empty where the connection ended before it. */
        String answer() throws IOException {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            while (!read.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
                int next = in.read();
                if (next < 0) {
                    return read.toString(ISO_8859_1);
                }
                read.write(next);
            }
            Matcher length = LENGTH.matcher(read.toString(ISO_8859_1));
            if (length.find()) {
                read.write(in.readNBytes(Integer.parseInt(length.group(1))));
            }
            return read.toString(ISO_8859_1);
        }

        /** All that still comes before the connection ends. */
        String rest() throws IOException {
            return new String(in.readAllBytes(), ISO_8859_1);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    @Override
    public void close() {
        server.close();
        pool.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
