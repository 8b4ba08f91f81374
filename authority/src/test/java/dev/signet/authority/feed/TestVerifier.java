package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.signet.v1.Change;
import dev.signet.v1.Ping;
import dev.signet.v1.Pong;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.BearerToken;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A verifier's side of the feed, played by hand. */
final class TestVerifier implements StreamObserver<WatchResponse> {
    private final LinkedBlockingQueue<WatchResponse> received = new LinkedBlockingQueue<>();
    private final CompletableFuture<StatusRuntimeException> ended = new CompletableFuture<>();
    private final AtomicLong nonces = new AtomicLong();
    private final Consumer<WatchResponse> onMessage;
    private final StreamObserver<WatchRequest> requests;

    /** @param onMessage is handed each message on the thread that sends it */
    TestVerifier(Channel channel, String token, Consumer<WatchResponse> onMessage) {
        this.onMessage = onMessage;
        this.requests = TrustServiceGrpc.newStub(channel)
                .withCallCredentials(new BearerToken(token))
                .watch(this);
    }

    static TestVerifier open(Channel channel, String token, Subscribe.Builder subscribe) {
        TestVerifier verifier = new TestVerifier(channel, token, message -> {});
        verifier.say(WatchRequest.newBuilder().setSubscribe(subscribe));
        return verifier;
    }

    @Override
    public void onNext(WatchResponse message) {
        onMessage.accept(message);
        received.add(message);
    }

    @Override
    public void onError(Throwable error) {
        ended.complete((StatusRuntimeException) error);
    }

    @Override
    public void onCompleted() {
        ended.complete(Status.OK.asRuntimeException());
    }

    void say(WatchRequest.Builder message) {
        requests.onNext(message.build());
    }

    void leave() {
        requests.onCompleted();
    }

    /** Sends a ping with another nonce than any before, and returns that. */
    ByteString ping() {
        ByteString nonce = ByteString.copyFrom(ByteBuffer.allocate(16)
                .putLong(7)
                .putLong(nonces.incrementAndGet())
                .flip());
        say(WatchRequest.newBuilder().setPing(Ping.newBuilder().setNonce(nonce)));
        return nonce;
    }

    /** Everything up to the pong that says that nothing is still on its way; that is the last. */
    List<WatchResponse> untilPong() throws InterruptedException {
        ByteString nonce = ping();
        List<WatchResponse> messages = new ArrayList<>();
        while (true) {
            WatchResponse message = received.poll(20, TimeUnit.SECONDS);
            assertNotNull(message, () -> "no pong; ended: " + ended.getNow(null));
            messages.add(message);
            if (Heard.isPong(message) && Heard.pong(message).getNonce().equals(nonce)) {
                if (Heard.pong(message).getComplete()) {
                    return messages;
                }
                // It overtook a part that a stream which was not ready yet has still to take.
                messages.remove(messages.size() - 1);
                nonce = ping();
            }
        }
    }

    static Pong pong(List<WatchResponse> messages) {
        return Heard.pong(messages.get(messages.size() - 1));
    }

    static List<Change> changes(List<WatchResponse> messages) {
        return Heard.changes(messages);
    }

    static List<Snapshot> snapshots(List<WatchResponse> messages) {
        return Heard.snapshots(messages);
    }

    /** What has come so far, without waiting. */
    List<WatchResponse> soFar() {
        return List.copyOf(received);
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    StatusRuntimeException awaitEnd() throws Exception {
        StatusRuntimeException status = ended.get(20, TimeUnit.SECONDS);
        assertTrue(status != null);
        return status;
    }
}
