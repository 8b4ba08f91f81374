package dev.signet.verifier.sidecar;

import dev.signet.v1.TrustServiceGrpc;
import dev.signet.verifier.token.CryptoProvider;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Loads what every sidecar takes and what takes long to load, beside whatever comes before the sidecar needs it. Without
 * it the start takes longer.
 */
public final class EarlyStart {
    private static volatile CountDownLatch serverLoading = new CountDownLatch(0);

    private EarlyStart() {}

    /** To be called as soon as it is known that a sidecar will start, and once. */
    public static void begin() {
        // No lambdas: what makes the first one of a process has to be loaded too.
        start(new Thread("early-crypto") {
            @Override
            public void run() {
                var unused = CryptoProvider.chosen();
            }
        });
        CountDownLatch loading = new CountDownLatch(1);
        serverLoading = loading;
        start(new Thread("early-server") {
            @Override
            public void run() {
                try {
                    loadServer();
                } finally {
                    loading.countDown();
                }
            }
        });
    }

    private static void start(Thread thread) {
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits until the server's classes are loaded, where that was begun. Two threads that load the same ones may wait
     * for each other, each in the middle of another class.
     */
    static void awaitServer() {
        try {
            serverLoading.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at the start", e);
        }
    }

    /** At last what looks into all jars, which the crypto provider does meanwhile. */
    private static void loadServer() {
        var unused = List.of(
                PooledByteBufAllocator.DEFAULT, NettyServerBuilder.forPort(0), TrustServiceGrpc.getWatchMethod());
    }
}
