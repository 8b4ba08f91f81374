package dev.signet.verifier.feed;

import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * {@code TrustService.Watch} over a channel. What comes faster than it is dealt with waits in the network: who is at the
 * other end need not be an authority.
 */
record GrpcLink(ManagedChannel channel, TrustServiceGrpc.TrustServiceStub stub) implements AuthorityLink {

    private static final int AHEAD = 4;

    @Override
    public Requests watch(Responses responses) {
        // Without this the channel would refuse attempts for up to two minutes of its own backoff.
        channel.resetConnectBackoff();
        Stream stream = new Stream(responses);
        var unused = stub.watch(stream);
        return stream;
    }

    @Override
    public void leaveConnection() {
        channel.enterIdle();
    }

    private static final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse>, Requests {
        private final Responses responses;
        /** Set before the stub's call returns. */
        private volatile @Nullable ClientCallStreamObserver<WatchRequest> requests;

        Stream(Responses responses) {
            this.responses = responses;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
            this.requests = requests;
            requests.disableAutoRequestWithInitial(AHEAD);
            requests.setOnReadyHandler(responses::ready);
        }

        @Override
        public void onNext(WatchResponse message) {
            responses.message(message);
        }

        @Override
        public void onError(Throwable error) {
            responses.ended(explained(Status.fromThrowable(error)));
        }

        /** That TLS failed is told by the cause alone. */
        private static Status explained(Status status) {
            for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof SSLException) {
                    return status.withDescription("TLS failed: " + cause.getMessage());
                }
            }
            return status;
        }

        @Override
        public void onCompleted() {
            responses.ended(Status.UNAVAILABLE.withDescription("the authority ended the stream"));
        }

        @Override
        public void send(WatchRequest message) {
            Objects.requireNonNull(requests).onNext(message);
        }

        @Override
        public void more() {
            Objects.requireNonNull(requests).request(1);
        }

        @Override
        public void cancel(String why) {
            Objects.requireNonNull(requests).cancel(why, null);
        }
    }
}
