package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What comes in on a connection of a gateway, as bytes of anybody: the answers are whole, and of those that there are;
 * and nobody passes who does not show the token.
 */
class ForwardAuthFuzzTest {
    private static final Set<Integer> STATUSES = Set.of(200, 400, 401, 403, 404, 405, 414, 429, 431, 503, 505);
    private static final String GOOD = TestTokens.of(Kind.WORKSPACE).sign();

    private final Decisions decisions;
    private final SignaturePool pool = new SignaturePool();

    ForwardAuthFuzzTest() {
        TrustState trust = new TrustState();
        trust.replace(TestTrust.installation(5, Freshness.AUTHORITATIVE, TestKey.shared(Algorithm.ES256)));
        trust.replace(TestTrust.organization(5, Freshness.AUTHORITATIVE));
        TokenVerifier verifier = new TokenVerifier(
                VerifierConfig.of(TestTokens.ISSUER, TestTokens.AUDIENCE), trust, new FakeClocks().clocks());
        assertInstanceOf(Verdict.Accepted.class, verifier.verify(GOOD));
        decisions = new Decisions(verifier, organization -> CompletableFuture.completedFuture(null));
        // Whatever is not known is refused at once, so that all happens on one thread.
        pool.close();
    }

    static Stream<byte[]> requests() {
        String ask = "/forward-auth/nginx?permission=deployment.deploys.create&resource=organizations/"
                + TestTokens.ORGANIZATION + "/workspaces/" + TestTokens.WORKSPACE;
        return Stream.of(
                        HttpHouse.asking("/forward-auth/nginx", GOOD),
                        HttpHouse.asking(ask, GOOD) + HttpHouse.asking("/forward-auth/haproxy", "a.b.c"),
                        "POST /forward-auth/caddy HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
                        "GET /readyz HTTP/1.0\r\n\r\n",
                        "PUT /forward-auth/traefik HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .map(text -> text.getBytes(ISO_8859_1));
    }

    @MethodSource("requests")
    @FuzzTest(maxDuration = "5m")
    void bytes(byte[] bytes) {
        HttpConnection connection = new HttpConnection(
                decisions,
                pool.lane(),
                Map.of("/readyz", HttpPage.whether(() -> true, "ready", "not ready")),
                new HttpConnections(2));
        EmbeddedChannel channel = new EmbeddedChannel(new HttpHeads(connection), connection);
        EmbeddedChannel client = new EmbeddedChannel(new HttpResponseDecoder());
        try {
            // In two parts, as the network may cut it anywhere.
            int cut = bytes.length / 2;
            channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
            if (channel.isOpen()) {
                channel.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
            }
            channel.runPendingTasks();
            channel.checkException();
            for (ByteBuf answer = channel.readOutbound(); answer != null; answer = channel.readOutbound()) {
                client.writeInbound(answer);
            }
            for (Object part = client.readInbound(); part != null; part = client.readInbound()) {
                if (part instanceof HttpResponse answer) {
                    assertTrue(answer.decoderResult().isSuccess(), "an answer that is none");
                    check(answer, new String(bytes, ISO_8859_1));
                }
            }
        } finally {
            client.finishAndReleaseAll();
            channel.finishAndReleaseAll();
        }
    }

    private static void check(HttpResponse answer, String sent) {
        assertTrue(STATUSES.contains(answer.status().code()), answer.status().toString());
        String subject = answer.headers().get("X-Auth-Subject");
        if (answer.status().code() == 200 && subject != null) {
            assertTrue(sent.contains(GOOD), "let pass without a token");
            assertEquals(TestTokens.ORGANIZATION, answer.headers().get("X-Auth-Organization"));
        } else if (subject != null) {
            assertEquals(ForwardAuthAnswers.NONE, subject);
        }
    }
}
