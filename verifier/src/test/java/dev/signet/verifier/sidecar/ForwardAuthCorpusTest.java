package dev.signet.verifier.sidecar;

import dev.signet.verifier.corpus.Door;
import dev.signet.verifier.corpus.DoorContract;
import dev.signet.verifier.corpus.HeaderCase;
import dev.signet.verifier.corpus.HeaderDoor;
import dev.signet.verifier.corpus.RawHttp;
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
import java.util.ArrayList;
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
        super("sidecar-forward-auth");
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
        private static final Pattern REASON = Pattern.compile("X-Auth-Reason: (\\w+)\r\n");
        private static final String TARGET = "/forward-auth/caddy?permission=" + PERMISSION + "&resource=" + RESOURCE;

        /** Nothing of a client's query comes this far but by this header: the gateway's own target says what is asked. */
        @Override
        public String ask(List<HeaderCase.Header> headers, String query) throws IOException {
            List<HeaderCase.Header> all = new ArrayList<>(headers);
            all.add(new HeaderCase.Header("X-Forwarded-Uri", "/deploys" + query));
            String answer = RawHttp.get(port, TARGET, all);
            Matcher reason = REASON.matcher(answer);
            if (!reason.find()) {
                return RawHttp.status(answer);
            }
            return RawHttp.status(answer).equals("200")
                    ? reason.group(1)
                    : RawHttp.status(answer) + " " + reason.group(1);
        }

        @Override
        public String refusal(Reason reason) {
            return HttpDoor.refusal(reason);
        }

        @Override
        public String says(HeaderCase.Found found) {
            return found == HeaderCase.Found.PADDED ? ACCEPTED : HttpDoor.says(found);
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
