package dev.signet.verifier.sidecar;

import dev.signet.v1.VerifyResponse;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.CryptoProvider;
import dev.signet.verifier.token.VerificationKeys;
import io.grpc.netty.NettyServerBuilder;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Loads what every sidecar takes and what takes long to load, beside whatever comes before {@link Sidecar#start}.
 * Without it the start takes longer.
 */
public final class EarlyStart {
    private EarlyStart() {}

    /** Ends when all is loaded, which should be before the sidecar starts. */
    public static CompletableFuture<Void> begin() {
        return CompletableFuture.allOf(
                CompletableFuture.runAsync(EarlyStart::loadCrypto), CompletableFuture.runAsync(EarlyStart::loadServer));
    }

    private static void loadCrypto() {
        var unused = List.of(CryptoProvider.chosen(), new VerificationKeys());
    }

    private static void loadServer() {
        var unused = List.of(
                VerifyResponse.getDescriptor(),
                WatchResponse.getDescriptor(),
                NettyServerBuilder.forPort(0),
                PooledByteBufAllocator.DEFAULT);
    }
}
