package dev.signet.verifier.testkit;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.NotWatched;
import dev.signet.v1.Ping;
import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.Statement;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.VerificationKey;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.v1.Welcome;
import dev.signet.verifier.feed.PartDigests;
import dev.signet.verifier.feed.SignedStatements;
import dev.signet.verifier.feed.SnapshotPieces;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;

/** The authority's side of the feed, played by a test: it says what the test tells it to, right or wrong. */
public final class FakeAuthority extends TrustServiceGrpc.TrustServiceImplBase {
    public static final String LEDGER = "ledger-1";

    private static final TestKey FEED_KEY = TestKey.shared(Algorithm.ES256);
    private static final WatchResponse WELCOME = WatchResponse.newBuilder()
            .setWelcome(Welcome.newBuilder()
                    .setFeedKey(VerificationKey.newBuilder()
                            .setKeyId(FEED_KEY.thumbprint())
                            .setAlgorithm(FEED_KEY.algorithm().headerName())
                            .setPublicKey(ByteString.copyFrom(FEED_KEY.subjectPublicKeyInfo()))))
            .build();

    private final TrustCodec codec = new TrustCodec(new VerificationKeys());
    private final List<Watch> watches = new CopyOnWriteArrayList<>();
    private final BiConsumer<Watch, WatchRequest> script;
    private final Map<String, TrustPart> told = new ConcurrentHashMap<>();
    private volatile String ledger = LEDGER;
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

    /** A statement, signed with the feed key. */
    public static WatchResponse signed(Statement statement) {
        ByteString bytes = statement.toByteString();
        return WatchResponse.newBuilder()
                .setSigned(SignedStatement.newBuilder()
                        .setStatement(bytes)
                        .setSignature(ByteString.copyFrom(FEED_KEY.sign(SignedStatements.input(bytes)))))
                .build();
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
            responses.onNext(WELCOME);
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
            if (!ledgerId.equals(ledger)) {
                ledger = ledgerId;
                told.clear();
            }
            told.put(part.id(), part);
            SnapshotPieces.cut(part.id(), codec.encode(part)).forEach(piece -> piece(ledgerId, piece));
        }

        public void piece(String ledgerId, SnapshotChunk piece) {
            say(ledgerId, Statement.newBuilder().setSnapshot(piece));
        }

        public void change(String part, TrustChange change, long revision, long previousRevision) {
            TrustPart before = told.get(part);
            TrustPart known = before == null && previousRevision == 0
                    ? OrganizationTrust.unchanged(part, 0, Freshness.NEVER)
                    : before;
            if (known != null && known.revision() < revision) {
                // What the verifier may not have: the changes in between, whatever they were.
                TrustPart whole = known.revision() == previousRevision
                        ? known
                        : known.after(new TrustChange.EpochRaised(previousRevision), previousRevision);
                told.put(part, whole.after(change, revision));
            }
            changes(Changes.newBuilder()
                    .setPart(part)
                    .addChanges(Change.newBuilder()
                            .setRevision(revision)
                            .setPreviousRevision(previousRevision)
                            .setChange(codec.encode(change))));
        }

        public void changes(Changes.Builder changes) {
            say(ledger, Statement.newBuilder().setChanges(changes));
        }

        public void notWatched(String organization) {
            send(WatchResponse.newBuilder()
                    .setNotWatched(NotWatched.newBuilder().setPart(organization))
                    .build());
        }

        /** Answers the latest ping. */
        public void pong(long head) {
            List<Ping> pings = pings();
            pong(pings.get(pings.size() - 1), head);
        }

        public void pong(Ping ping, long head) {
            pong(ledger, ping.getNonce(), head);
        }

        /** With the parts as this authority has told them. */
        public void pong(String ledgerId, ByteString nonce, long head) {
            pong(ledgerId, nonce, head, List.copyOf(told.values()));
        }

        public void pong(String ledgerId, ByteString nonce, long head, List<TrustPart> parts) {
            say(
                    ledgerId,
                    Statement.newBuilder()
                            .setPong(Pong.newBuilder()
                                    .setNonce(nonce)
                                    .setHead(head)
                                    .addAllParts(parts.stream()
                                            .map(new PartDigests()::of)
                                            .toList())
                                    .setComplete(parts.size() == told.size())
                                    .setAuthorityTime(Timestamp.newBuilder()
                                            .setSeconds(clock.getEpochSecond())
                                            .setNanos(clock.getNano()))));
        }

        /** What this authority told last of its parts. */
        public Map<String, TrustPart> told() {
            return told;
        }

        /** Makes a signed statement. */
        public void say(String ledgerId, Statement.Builder statement) {
            send(signed(statement.setLedgerId(ledgerId).build()));
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
