package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Statement;
import dev.signet.v1.TrustServiceGrpc.TrustServiceImplBase;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * What gRPC alone costs: a service of the same name that gives one message, made before, to every stream, and drops what
 * comes back. Its server is built as the authority's is.
 */
final class BareFanOut extends TrustServiceImplBase implements AutoCloseable {
    private static final int THREADS = 32;
    private static final int PATIENCE_SECONDS = 60;
    private static final WatchResponse PONG = WatchResponse.newBuilder()
            .setSigned(SignedStatement.newBuilder()
                    .setStatement(Statement.newBuilder()
                            .setPong(Pong.getDefaultInstance())
                            .build()
                            .toByteString()))
            .build();

    private final List<StreamObserver<WatchResponse>> streams = new CopyOnWriteArrayList<>();
    private final ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    private final Server server;
    private volatile CountDownLatch acknowledged = new CountDownLatch(0);

    BareFanOut() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(executor)
                .addService(this)
                .build()
                .start();
    }

    int port() {
        return server.getPort();
    }

    /** @param acknowledging whether every stream will answer */
    void send(WatchResponse message, boolean acknowledging) {
        acknowledged = new CountDownLatch(acknowledging ? streams.size() : 0);
        for (StreamObserver<WatchResponse> stream : streams) {
            stream.onNext(message);
        }
    }

    void awaitAcknowledged() throws InterruptedException {
        assertTrue(acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS), "all have answered");
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        return new StreamObserver<>() {
            @Override
            public void onNext(WatchRequest message) {
                if (message.hasPing()) {
                    streams.add(responses);
                    responses.onNext(PONG);
                } else if (message.hasAck()) {
                    acknowledged.countDown();
                }
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onCompleted() {}
        };
    }

    @Override
    public void close() throws InterruptedException {
        server.shutdownNow().awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        executor.shutdownNow();
    }
}
