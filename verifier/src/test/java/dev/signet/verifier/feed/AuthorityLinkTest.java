package dev.signet.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The feed over a channel that is anybody's, with its usual bounds. */
@Timeout(60)
class AuthorityLinkTest {
    /** About what a pong for a hundred thousand organizations takes. */
    private static final WatchResponse LARGE = WatchResponse.newBuilder()
            .setSigned(SignedStatement.newBuilder().setStatement(ByteString.copyFrom(new byte[16 << 20])))
            .build();

    /** Says one thing to whoever watches. */
    private static final class Speaker extends TrustServiceGrpc.TrustServiceImplBase {
        @Override
        public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
            responses.onNext(LARGE);
            return new StreamObserver<>() {
                @Override
                public void onNext(WatchRequest message) {}

                @Override
                public void onError(Throwable error) {}

                @Override
                public void onCompleted() {}
            };
        }
    }

    @Test
    void aPongForVeryManyOrganizationsComesThrough() throws Exception {
        Server server = server();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
        CompletableFuture<WatchResponse> heard = new CompletableFuture<>();
        try {
            AuthorityLink.over(channel, new BearerToken("token")).watch(new AuthorityLink.Responses() {
                @Override
                public void ready() {}

                @Override
                public void message(WatchResponse message) {
                    heard.complete(message);
                }

                @Override
                public void ended(Status status) {
                    heard.completeExceptionally(status.asRuntimeException());
                }
            });
            assertEquals(LARGE, heard.get(30, TimeUnit.SECONDS));
        } finally {
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    private static Server server() throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new Speaker())
                .build()
                .start();
    }
}
