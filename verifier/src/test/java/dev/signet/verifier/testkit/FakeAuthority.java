package dev.signet.verifier.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.v1.Change;
import dev.signet.v1.Ping;
import dev.signet.v1.Pong;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** The authority's side of the feed, played by a test: it says what the test tells it to, right or wrong. */
public final class FakeAuthority extends TrustServiceGrpc.TrustServiceImplBase {
    public static final String LEDGER = "ledger-1";

    private final TrustCodec codec = new TrustCodec(new VerificationKeys());
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final BiConsumer<Watch, WatchRequest> script;
    private volatile Instant clock = TestTokens.NOW;

    /** Answers nothing by itself. */
    public FakeAuthority() {
        this((watch, request) -> {});
    }

    /** @param script is handed everything that verifiers say */
    public FakeAuthority(BiConsumer<Watch, WatchRequest> script) {
        this.script = script;
    }

    /** The time of day that pongs carry. */
    public void setClock(Instant clock) {
        this.clock = clock;
    }

    /** Every stream that was ever opened, the oldest first. */
    public List<Watch> watches() {
        return watches;
    }

    public Watch latest() {
        return watches.get(watches.size() - 1);
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        Watch watch = new Watch((ServerCallStreamObserver<WatchResponse>) responses);
        watches.add(watch);
        return watch;
    }

    /** One stream, from the authority's side. */
    public final class Watch implements StreamObserver<WatchRequest> {
        private final ServerCallStreamObserver<WatchResponse> responses;
        private final List<WatchRequest> received = new CopyOnWriteArrayList<>();

        private Watch(ServerCallStreamObserver<WatchResponse> responses) {
            this.responses = responses;
            responses.setOnCancelHandler(() -> {});
        }

        @Override
        public void onNext(WatchRequest request) {
            received.add(request);
            script.accept(this, request);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {}

        /** Whether the verifier gave the stream up. */
        public boolean cancelled() {
            return responses.isCancelled();
        }

        public List<WatchRequest> received() {
            return received;
        }

        /** What the stream was opened with. */
        public Subscribe subscribe() {
            return received.get(0).getSubscribe();
        }

        public List<Ping> pings() {
            List<Ping> pings = new ArrayList<>();
            for (WatchRequest request : received) {
                if (request.hasPing()) {
                    pings.add(request.getPing());
                }
            }
            return pings;
        }

        public void snapshot(TrustPart part) {
            snapshot(LEDGER, part);
        }

        public void snapshot(String ledgerId, TrustPart part) {
            send(WatchResponse.newBuilder()
                    .setSnapshot(codec.encode(part).setLedgerId(ledgerId))
                    .build());
        }

        public void change(String part, TrustChange change, long revision, long previousRevision) {
            send(WatchResponse.newBuilder()
                    .setChange(Change.newBuilder()
                            .setPart(part)
                            .setRevision(revision)
                            .setPreviousRevision(previousRevision)
                            .setChange(codec.encode(change)))
                    .build());
        }

        /** Answers the latest ping. */
        public void pong(long head) {
            List<Ping> pings = pings();
            pong(pings.get(pings.size() - 1), head);
        }

        public void pong(Ping ping, long head) {
            pong(LEDGER, ping.getNonce(), head);
        }

        public void pong(String ledgerId, ByteString nonce, long head) {
            send(WatchResponse.newBuilder()
                    .setPong(Pong.newBuilder()
                            .setNonce(nonce)
                            .setLedgerId(ledgerId)
                            .setHead(head)
                            .setAuthorityTime(Timestamp.newBuilder()
                                    .setSeconds(clock.getEpochSecond())
                                    .setNanos(clock.getNano())))
                    .build());
        }

        public void send(WatchResponse message) {
            responses.onNext(message);
        }

        /** Ends the stream from the authority's side. */
        public void fail(Status status) {
            responses.onError(status.asRuntimeException());
        }

        public void complete() {
            responses.onCompleted();
        }
    }
}
