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
import dev.signet.verifier.trust.TrustState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What a verifier that knows nothing yet is sent, until its first pong confirms it all.
 *
 * @param bytes of all messages up to then
 * @param heapMiB what its trust state takes once all else is collected
 */
public record FirstSnapshot(double seconds, long bytes, double heapMiB) {
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

    /** Watches the organization of a credential. */
    public static FirstSnapshot of(ManagedChannel channel, String credential) throws InterruptedException {
        TrustState state = new TrustState();
        LongAdder bytes = new LongAdder();
        CountDownLatch current = new CountDownLatch(1);
        ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
        double heap = usedMiB();
        TrustFeed feed = new TrustFeed(
                counted(AuthorityLink.over(channel, new BearerToken(credential)), bytes),
                TRUSTING,
                KeptTrust.nowhere(),
                new Subscription(Set.of(), false, null, "a verifier", "benchmark"),
                state,
                new TrustCodec(new VerificationKeys()),
                Clocks.SYSTEM,
                thread,
                new Random(1),
                List::of,
                current::countDown);
        long begin = System.nanoTime();
        feed.start();
        try {
            if (!current.await(2, TimeUnit.MINUTES)) {
                throw new IllegalStateException("no snapshot came");
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            FirstSnapshot snapshot = new FirstSnapshot(seconds, bytes.sum(), Math.max(0, usedMiB() - heap));
            if (state.held("") == null) {
                throw new IllegalStateException("nothing came");
            }
            return snapshot;
        } finally {
            feed.close();
            thread.shutdownNow();
        }
    }

    private static double usedMiB() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return (runtime.totalMemory() - runtime.freeMemory()) / (double) (1 << 20);
    }

    private static AuthorityLink counted(AuthorityLink link, LongAdder bytes) {
        return new AuthorityLink() {
            @Override
            public Requests watch(Responses responses) {
                return link.watch(new Responses() {
                    @Override
                    public void ready() {
                        responses.ready();
                    }

                    @Override
                    public void message(dev.signet.v1.WatchResponse message) {
                        bytes.add(message.getSerializedSize());
                        responses.message(message);
                    }

                    @Override
                    public void ended(Status status) {
                        responses.ended(status);
                    }
                });
            }

            @Override
            public void leaveConnection() {
                link.leaveConnection();
            }
        };
    }
}
