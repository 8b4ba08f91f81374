package dev.signet.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.TrustState;
import io.grpc.ManagedChannel;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.NameResolverRegistry;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An authority of which nothing is ever heard: no refusal, no connection. */
class TrustFeedSilenceTest {
    private final FakeScheduler scheduler = new FakeScheduler(new FakeClocks());
    private final Silence silence = new Silence();

    @Test
    @Timeout(60)
    void aConnectionThatNeverGetsReadyIsGivenUpAndMadeAnew() {
        NameResolverRegistry.getDefaultRegistry().register(silence);
        ManagedChannel channel = InProcessChannelBuilder.forTarget("silence:nobody")
                .directExecutor()
                .build();
        try {
            TrustFeed feed = new TrustFeed(
                    AuthorityLink.over(channel, new BearerToken("s3cr3t")),
                    FeedKeys.of(null, null),
                    KeptTrust.nowhere(),
                    FeedBench.OWN_ORGANIZATION,
                    new TrustState(),
                    new TrustCodec(new VerificationKeys()),
                    new FakeClocks().clocks(),
                    scheduler,
                    new Random(1),
                    List::of,
                    () -> {});
            feed.start();
            scheduler.runDue();
            assertEquals(1, silence.attempts.get());
            assertEquals(List.of(Duration.ofSeconds(2)), scheduler.waiting());
            scheduler.advance(Duration.ofMillis(2_100));
            assertEquals(2, silence.attempts.get());
            scheduler.advance(Duration.ofMillis(2_200));
            assertEquals(3, silence.attempts.get());
            feed.close();
            scheduler.advance(Duration.ofMinutes(1));
            assertEquals(3, silence.attempts.get());
        } finally {
            channel.shutdownNow();
            NameResolverRegistry.getDefaultRegistry().deregister(silence);
        }
    }

    /** Begins to look for an address, and never comes back with one. */
    private static final class Silence extends NameResolverProvider {
        private final AtomicInteger attempts = new AtomicInteger();

        @Override
        public NameResolver newNameResolver(URI target, NameResolver.Args args) {
            return new NameResolver() {
                @Override
                public String getServiceAuthority() {
                    return "nobody";
                }

                @Override
                public void start(Listener2 listener) {
                    attempts.incrementAndGet();
                }

                @Override
                public void shutdown() {}
            };
        }

        @Override
        public String getDefaultScheme() {
            return "silence";
        }

        @Override
        public Collection<Class<? extends SocketAddress>> getProducedSocketAddressTypes() {
            return List.of(InProcessSocketAddress.class);
        }

        @Override
        protected boolean isAvailable() {
            return true;
        }

        @Override
        protected int priority() {
            return 5;
        }
    }
}
