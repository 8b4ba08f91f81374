package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Ack;
import dev.signet.v1.Changes;
import dev.signet.v1.Ping;
import dev.signet.v1.Statement;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Verifiers as seen from the wire: many streams over some connections. Each notes when changes arrive, and acknowledges
 * them. None checks a signature: in earnest every verifier does that on a machine of its own.
 */
final class FanOutClients implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 60;
    /** How many subscribe at once. */
    private static final int COMING = 100;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final int count;
    private final Semaphore coming = new Semaphore(COMING);
    private final CountDownLatch ready;
    private final LongAccumulator first = new LongAccumulator(Math::min, Long.MAX_VALUE);
    private final LongAccumulator last = new LongAccumulator(Math::max, Long.MIN_VALUE);
    private final AtomicReference<WatchResponse> lastMessage = new AtomicReference<>();
    private volatile CountDownLatch awaited = new CountDownLatch(0);
    private volatile boolean acknowledging;

    FanOutClients(int port, int connections, int count, String credential) throws InterruptedException {
        this.count = count;
        this.ready = new CountDownLatch(count);
        for (int i = 0; i < connections; i++) {
            channels.add(NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .usePlaintext()
                    .directExecutor()
                    .build());
        }
        for (int i = 0; i < count; i++) {
            assertTrue(coming.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS), "the next may come");
            new Client(channels.get(i % connections), credential);
        }
        assertTrue(ready.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "all watch");
    }

    /** To be called before what is to arrive everywhere is sent. */
    void expect(boolean acknowledging) {
        this.acknowledging = acknowledging;
        first.reset();
        last.reset();
        awaited = new CountDownLatch(count);
    }

    /** Returns when all have it. */
    Arrivals await() throws InterruptedException {
        assertTrue(awaited.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "it arrives everywhere");
        return new Arrivals(first.get(), last.get());
    }

    /** When the first and the last of them had it, in nanoseconds of {@link System#nanoTime}. */
    record Arrivals(long first, long last) {
        Arrivals since(long began) {
            return new Arrivals(first - began, last - began);
        }
    }

    /** The changes that came last, as they were on the wire. */
    WatchResponse lastMessage() {
        return lastMessage.get();
    }

    /** Returns when the connections are closed, so that servers hear of it before they end. */
    @Override
    public void close() throws InterruptedException {
        channels.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : channels) {
            channel.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private final class Client implements StreamObserver<WatchResponse> {
        private final StreamObserver<WatchRequest> requests;

        Client(ManagedChannel channel, String credential) {
            requests = TrustServiceGrpc.newStub(channel)
                    .withCallCredentials(new BearerToken(credential))
                    .watch(this);
            requests.onNext(WatchRequest.newBuilder()
                    .setSubscribe(Subscribe.newBuilder().setVersion("benchmark"))
                    .build());
            requests.onNext(WatchRequest.newBuilder()
                    .setPing(Ping.newBuilder().setNonce(ByteString.copyFrom(new byte[16])))
                    .build());
        }

        @Override
        public void onNext(WatchResponse message) {
            Statement statement = statement(message);
            if (statement.hasPong()) {
                coming.release();
                ready.countDown();
            } else if (statement.hasChanges()) {
                arrived(message, statement.getChanges());
            }
        }

        private void arrived(WatchResponse message, Changes changes) {
            long now = System.nanoTime();
            first.accumulate(now);
            last.accumulate(now);
            lastMessage.set(message);
            if (acknowledging) {
                long revision =
                        changes.getChanges(changes.getChangesCount() - 1).getRevision();
                requests.onNext(WatchRequest.newBuilder()
                        .setAck(Ack.newBuilder().setRevision(revision))
                        .build());
            }
            awaited.countDown();
        }

        /** A stream that ends is missed by whoever waits for what it should bring. */
        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}
    }

    private static Statement statement(WatchResponse message) {
        try {
            return Statement.parseFrom(message.getSigned().getStatement());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
