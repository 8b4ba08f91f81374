package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.signet.verifier.corpus.CorpusTrust;
import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict.Reason;
import dev.signet.verifier.verify.VerifierConfig;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The corpus, presented to forward-auth byte by byte, each in a request and on a connection of its own. */
final class ForwardAuthCorpusTest extends DoorContract {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final SignaturePool pool = new SignaturePool();
    private @Nullable HttpServer server;

    ForwardAuthCorpusTest() {
        super("sidecar-forward-auth", new CorpusTrust());
    }

    @Override
    protected Door open() throws Exception {
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust().state(), trust().clocks());
        server = new HttpServer(
                loops,
                new Decisions(verifier, organization -> CompletableFuture.completedFuture(null)),
                pool,
                Map.of());
        int port = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        callsOf(port);
        return new Gateway(port);
    }

    @Override
    protected void shut() {
        Objects.requireNonNull(server).close();
        pool.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private record Gateway(int port) implements HeaderDoor {
        private static final Pattern ANSWER =
                Pattern.compile("HTTP/1.1 (\\d+) .*?(?:X-Auth-Reason: (\\w+)\r\n.*)?", Pattern.DOTALL);
        private static final String TARGET = "/forward-auth/caddy?permission=" + PERMISSION + "&resource=" + RESOURCE;

        /** Nothing of a client's query comes this far: the gateway's own target says what is asked. */
        @Override
        public String ask(List<HeaderCase.Header> headers, String query) throws IOException {
            StringBuilder request = new StringBuilder("GET " + TARGET + " HTTP/1.1\r\nHost: sidecar\r\n");
            if (!query.isEmpty()) {
                request.append("X-Forwarded-Uri: /deploys").append(query).append("\r\n");
            }
            headers.forEach(header -> request.append(header.name())
                    .append(": ")
                    .append(header.value())
                    .append("\r\n"));
            request.append("Connection: close\r\n\r\n");
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(20_000);
                String answer = exchange(socket, request.toString().getBytes(ISO_8859_1));
                Matcher matcher = ANSWER.matcher(answer);
                if (!matcher.matches()) {
                    return "no answer";
                }
                String reason = matcher.group(2);
                return reason == null
                        ? matcher.group(1)
                        : matcher.group(1).equals("200") ? reason : matcher.group(1) + " " + reason;
            }
        }

        private static String exchange(Socket socket, byte[] request) throws IOException {
            try {
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // The answer came before the end of what is too long, and may still be there.
            }
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }

        @Override
        public String refusal(Reason reason) {
            return HttpDoor.refusal(reason);
        }

        @Override
        public String says(HeaderCase.Found found) {
            return HttpDoor.says(found);
        }

        @Override
        public boolean asksForPermission() {
            return true;
        }

        @Override
        public @Nullable String cannotCarry(String token) {
            return token.chars().anyMatch(c -> c > 0xff) ? "a header holds bytes" : null;
        }

        @Override
        public @Nullable String refusalOfTransport(String token) {
            if (token.length() > HttpHeads.LARGEST_HEAD - 400) {
                return "431";
            }
            return token.chars().anyMatch(c -> c < 0x20 && c != '\t') ? "400" : null;
        }

        /** A connection with its buffers. */
        @Override
        public long bytes() {
            return 256 << 10;
        }
    }
}
