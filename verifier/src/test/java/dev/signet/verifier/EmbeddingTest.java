package dev.signet.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The library as the README embeds it: with the system's clocks, a real stream and nothing but public types. */
class EmbeddingTest {
    @Test
    @Timeout(60)
    void aFewLinesMakeAVerifier() throws Exception {
        FakeAuthority authority = new FakeAuthority(EmbeddingTest::answer);
        authority.setClock(Instant.now());
        Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(authority)
                .build()
                .start();

        TrustState trust = new TrustState();
        TokenVerifier verifier =
                new TokenVerifier(VerifierConfig.of("https://signet.local", "signet"), trust, Clocks.SYSTEM);

        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
        ScheduledExecutorService feedThread = Executors.newSingleThreadScheduledExecutor();
        CountDownLatch current = new CountDownLatch(1);
        TrustFeed feed = new TrustFeed(
                AuthorityLink.over(channel, new BearerToken("credential")),
                FeedKeys.of(null, null),
                KeptTrust.nowhere(),
                new Subscription(Set.of(), false, null, "my-service", "1.0"),
                trust,
                new TrustCodec(new VerificationKeys()),
                Clocks.SYSTEM,
                feedThread,
                new SecureRandom(),
                verifier::takeUses,
                current::countDown);
        feed.start();
        assertTrue(current.await(30, TimeUnit.SECONDS));

        TestTokens token = TestTokens.of(Kind.WORKSPACE)
                .with("iat", Instant.now().getEpochSecond())
                .without("exp");
        Verdict verdict = verifier.check(
                token.sign(),
                "deployment.deploys.create",
                ResourcePath.deployment(TestTokens.ORGANIZATION, TestTokens.WORKSPACE, TestTokens.DEPLOYMENT));
        String who = assertInstanceOf(Verdict.Accepted.class, verdict).claims().principalName();
        assertEquals("organizations/" + TestTokens.ORGANIZATION + "/tokens/" + token.subject(), who);

        feed.close();
        channel.shutdownNow();
        feedThread.shutdown();
        server.shutdownNow();
    }

    private static void answer(FakeAuthority.Watch watch, WatchRequest request) {
        if (request.hasSubscribe()) {
            watch.snapshot(TestTrust.installation(5, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
            watch.snapshot(TestTrust.organization(5, Freshness.NEVER));
        } else if (request.hasPing()) {
            watch.pong(request.getPing(), 5);
        }
    }
}
