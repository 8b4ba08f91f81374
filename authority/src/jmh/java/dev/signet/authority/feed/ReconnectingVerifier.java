package dev.signet.authority.feed;

import dev.signet.v1.VerificationKey;
import dev.signet.verifier.feed.AuthorityLink;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.feed.FeedKeys;
import dev.signet.verifier.feed.KeptTrust;
import dev.signet.verifier.feed.Subscription;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.feed.TrustFeed;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.VerifierConfig;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * A real feed on a connection of its own, of which a benchmark runs thousands. Only the signatures of statements are not
 * checked: in earnest every verifier does that on a machine of its own.
 */
final class ReconnectingVerifier implements AutoCloseable {
    private static final FeedKeys TRUSTING = new FeedKeys() {
        @Override
        public boolean accepts(VerificationKey welcomed) {
            return true;
        }

        @Override
        public boolean knows(VerificationKey welcomed) {
            return true;
        }

        @Override
        public boolean verifies(byte[] input, byte[] signature) {
            return true;
        }
    };

    private final String organization;
    private final ManagedChannel channel;
    private final TrustState state = new TrustState();
    private final TrustFeed feed;
    private volatile boolean current;

    /** How the streams of all of them ended, and how often. */
    record Endings(LongAdder busy, LongAdder other) {
        static Endings none() {
            return new Endings(new LongAdder(), new LongAdder());
        }

        private void count(Status status) {
            (status.getCode() == Status.Code.RESOURCE_EXHAUSTED ? busy : other).increment();
        }
    }

    ReconnectingVerifier(
            int port,
            String organization,
            String credential,
            ScheduledExecutorService thread,
            VerificationKeys keys,
            long seed,
            Endings endings) {
        this.organization = organization;
        this.channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .directExecutor()
                .keepAliveTime(30, TimeUnit.SECONDS)
                .build();
        this.feed = new TrustFeed(
                counted(AuthorityLink.over(channel, new BearerToken(credential)), endings),
                TRUSTING,
                KeptTrust.nowhere(),
                new Subscription(Set.of(), false, null, "verifier-" + seed, "benchmark"),
                state,
                new TrustCodec(keys),
                Clocks.SYSTEM,
                thread,
                new Random(seed),
                List::of,
                () -> current = true);
    }

    private AuthorityLink counted(AuthorityLink link, Endings endings) {
        return new AuthorityLink() {
            @Override
            public Requests watch(Responses responses) {
                return link.watch(new Counted(responses, endings));
            }

            @Override
            public void leaveConnection() {
                link.leaveConnection();
            }
        };
    }

    private final class Counted implements AuthorityLink.Responses {
        private final AuthorityLink.Responses responses;
        private final Endings endings;

        Counted(AuthorityLink.Responses responses, Endings endings) {
            this.responses = responses;
            this.endings = endings;
        }

        @Override
        public void ready() {
            responses.ready();
        }

        @Override
        public void message(dev.signet.v1.WatchResponse message) {
            responses.message(message);
        }

        @Override
        public void ended(Status status) {
            endings.count(status);
            current = false;
            responses.ended(status);
        }
    }

    void start() {
        feed.start();
    }

    /** Whether a pong has confirmed everything since the last stream ended. */
    boolean isCurrent() {
        return current;
    }

    /** How old what it decides by is, in nanoseconds; it refuses everything past its bound. */
    long ageNanos() {
        return Math.max(age(TrustPart.INSTALLATION), age(organization));
    }

    private long age(String part) {
        TrustPart held = state.held(part);
        return held == null ? Long.MAX_VALUE : held.freshness().ageNanos(Clocks.SYSTEM.now());
    }

    /** A checker that decides by this verifier's state. */
    TokenVerifier checker(VerifierConfig config) {
        return new TokenVerifier(config, state, Clocks.SYSTEM);
    }

    @Override
    public void close() {
        feed.close();
        channel.shutdownNow();
    }
}
