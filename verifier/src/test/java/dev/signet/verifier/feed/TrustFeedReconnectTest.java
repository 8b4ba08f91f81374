package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.EpochRaised;
import dev.signet.v1.InstallationSnapshot;
import dev.signet.v1.OrganizationSnapshot;
import dev.signet.v1.PartRevision;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Snapshot;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.Statement;
import dev.signet.v1.TrustChange;
import dev.signet.v1.VerificationKey;
import dev.signet.v1.WatchResponse;
import dev.signet.v1.Welcome;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustPolicy;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the feed does when a stream ends, and which streams it ends by itself. */
@Timeout(60)
class TrustFeedReconnectTest {
    /** Jitter at its two ends: {@code nextDouble} is 0, or as good as 1. */
    private static final RandomGenerator LEAST = () -> 0L;

    private static final RandomGenerator MOST = () -> -1L;

    private final FeedBench bench;

    TrustFeedReconnectTest() throws IOException {
        bench = new FeedBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aNewStreamGoesOnFromWhatIsHeld() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, new dev.signet.verifier.trust.TrustChange.Revoked(Indexes.of(1)), 6, 5);
        watch.fail(Status.UNAVAILABLE);
        bench.scheduler.advance(Duration.ofMillis(100));

        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(2, bench.authority.watches().size());
        assertEquals(FakeAuthority.LEDGER, next.subscribe().getLedgerId());
        Map<String, Long> held = new HashMap<>();
        for (PartRevision part : next.subscribe().getHeldList()) {
            held.put(part.getPart(), part.getRevision());
        }
        assertEquals(Map.of("", 5L, ORGANIZATION, 6L), held);
        assertTrue(next.received().get(1).hasPing());
        assertEquals(bench.state.revisions(), held, "and forgets nothing meanwhile");

        bench.change(next, new dev.signet.verifier.trust.TrustChange.Revoked(Indexes.of(2)), 7, 6);
        bench.pong(next, 7);
        assertEquals(2, bench.timesCurrent);
        assertEquals(Indexes.of(1, 2), bench.organization().revoked());
    }

    @Test
    void aStreamThatTheAuthorityEndsPolitelyIsOpenedAgain() {
        bench.current(5).complete();
        bench.scheduler.advance(Duration.ofMillis(100));
        assertEquals(2, bench.authority.watches().size());
    }

    @Test
    void attemptsBackOffToFiveSecondsWithJitter() throws IOException {
        assertEquals(List.of(50L, 100L, 200L, 400L, 800L, 1600L, 2500L, 2500L), delaysOfRefusedAttempts(LEAST, 60));
        assertEquals(List.of(100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L), delaysOfRefusedAttempts(MOST, 60));
    }

    @Test
    void attemptsAreFrequentEnoughForAShortStaleness() throws IOException {
        assertEquals(List.of(100L, 200L, 400L, 600L, 600L, 600L, 600L, 600L), delaysOfRefusedAttempts(MOST, 3));
    }

    /** Of the first eight, in milliseconds. */
    private static List<Long> delaysOfRefusedAttempts(RandomGenerator random, int staleness) throws IOException {
        try (FeedBench refusing = new FeedBench(FeedBench.OWN_ORGANIZATION, random)) {
            TrustPolicy policy = new TrustPolicy(Duration.ofSeconds(staleness));
            refusing.state.replace(TestTrust.installation(5, Freshness.NEVER)
                    .after(new dev.signet.verifier.trust.TrustChange.PolicyChanged(policy), 6));
            refusing.started();
            return Stream.generate(() -> {
                        refusing.authority.latest().fail(Status.PERMISSION_DENIED);
                        refusing.scheduler.runDue();
                        Duration delay = refusing.scheduler.waiting().get(0);
                        assertEquals(1, refusing.scheduler.waiting().size());
                        refusing.scheduler.advance(delay);
                        return delay.toMillis();
                    })
                    .limit(8)
                    .toList();
        }
    }

    @Test
    void aConfirmedStreamStartsTheBackoffAnew() {
        bench.started();
        for (int i = 0; i < 6; i++) {
            bench.authority.latest().fail(Status.UNAVAILABLE);
            bench.scheduler.runDue();
            bench.scheduler.advance(bench.scheduler.waiting().get(0));
        }
        FakeAuthority.Watch watch = bench.authority.latest();
        watch.snapshot(TestTrust.installation(5, Freshness.NEVER));
        bench.pong(watch, 5);
        watch.fail(Status.UNAVAILABLE);
        bench.scheduler.advance(Duration.ofMillis(100));
        assertEquals(8, bench.authority.watches().size());
    }

    @Test
    void anAuthorityThatIsDownIsFoundOnceItIsBack() throws IOException {
        FakeAuthority.Watch watch = bench.current(5);
        bench.stopServer();
        bench.scheduler.advance(Duration.ofSeconds(30));
        assertEquals(1, bench.authority.watches().size());
        assertEquals(5, bench.organization().revision());
        bench.restartServer();
        bench.scheduler.advance(Duration.ofSeconds(5));
        assertEquals(2, bench.authority.watches().size());
        bench.pong(bench.authority.latest(), 5);
        assertEquals(2, bench.timesCurrent);
        assertTrue(watch.cancelled());
    }

    @Test
    void twoUnansweredPingsEndAStream() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.awaitPing(watch);
        assertFalse(watch.cancelled());
        bench.scheduler.advance(Duration.ofMillis(7_200));
        assertTrue(watch.cancelled());
        assertEquals(3, watch.pings().size());
        bench.scheduler.advance(Duration.ofMillis(100));
        assertEquals(2, bench.authority.watches().size());
    }

    @Test
    void oneUnansweredPingNowAndThenEndsNothing() {
        FakeAuthority.Watch watch = bench.current(5);
        for (int i = 0; i < 10; i++) {
            bench.awaitPing(watch);
            bench.awaitPing(watch);
            bench.pong(watch, 5);
        }
        assertEquals(1, bench.authority.watches().size());
    }

    @Test
    void aStreamThatWasGivenUpIsNotListenedTo() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.send(WatchResponse.getDefaultInstance());
        watch.change("", new dev.signet.verifier.trust.TrustChange.EpochRaised(9), 10, 5);
        watch.pong(10);
        bench.scheduler.runDue();
        assertTrue(watch.cancelled());
        assertEquals(0, bench.installation().epoch());
        assertEquals(1, bench.timesCurrent);
        watch.snapshot(TestTrust.organization(50, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(5, bench.organization().revision());
    }

    static Stream<WatchResponse> unreadable() {
        VerificationKey.Builder noKey = VerificationKey.newBuilder()
                .setKeyId("k")
                .setAlgorithm("ES256")
                .setPublicKey(ByteString.copyFromUtf8("none"));
        SignedStatement good = FakeAuthority.signed(
                        Statement.newBuilder().setLedgerId(FakeAuthority.LEDGER).build())
                .getSigned();
        SnapshotChunk piece = SnapshotPieces.cut(
                        "",
                        Snapshot.newBuilder()
                                .setRevision(6)
                                .setInstallation(
                                        InstallationSnapshot.newBuilder().addKeys(noKey))
                                .build())
                .get(0);
        return Stream.of(
                WatchResponse.getDefaultInstance(),
                WatchResponse.newBuilder().setSigned(good).build(),
                change(TrustChange.getDefaultInstance()),
                change(TrustChange.newBuilder().setKeyChanged(noKey).build()),
                // A change that does not belong to its part.
                change(TrustChange.newBuilder()
                        .setOrganizationDeleted(dev.signet.v1.OrganizationDeleted.getDefaultInstance())
                        .build()),
                piece(piece),
                piece(piece.toBuilder().setIndex(1).build()),
                piece(piece.toBuilder().setPart(ORGANIZATION).build()),
                piece(piece.toBuilder().setRevision(7).build()),
                piece(piece.toBuilder()
                        .setInflatedSize(piece.getInflatedSize() - 1)
                        .build()),
                piece(piece.toBuilder()
                        .setInflatedSize(piece.getInflatedSize() + 1)
                        .build()),
                piece(piece.toBuilder()
                        .setInflatedSize(SnapshotPieces.LARGEST + 1L)
                        .build()),
                piece(piece.toBuilder()
                        .setData(ByteString.copyFromUtf8("not deflated"))
                        .build()),
                piece(SnapshotPieces.cut(
                                ORGANIZATION,
                                Snapshot.newBuilder()
                                        .setRevision(6)
                                        .setOrganization(OrganizationSnapshot.newBuilder()
                                                .setOrganization(ORGANIZATION)
                                                .setRevoked(ByteString.copyFromUtf8("no bitmap")))
                                        .build())
                        .get(0)));
    }

    static Stream<WatchResponse> unsigned() {
        Statement statement = Statement.newBuilder()
                .setLedgerId(FakeAuthority.LEDGER)
                .setChanges(Changes.newBuilder()
                        .addChanges(Change.newBuilder()
                                .setRevision(6)
                                .setPreviousRevision(5)
                                .setChange(TrustChange.newBuilder()
                                        .setEpochRaised(EpochRaised.newBuilder().setEpoch(1)))))
                .build();
        SignedStatement signed = FakeAuthority.signed(statement).getSigned();
        ByteString bytes = signed.getStatement();
        byte[] flipped = bytes.toByteArray();
        flipped[flipped.length - 1] ^= 1;
        byte[] withoutTyp = TestKey.shared(Algorithm.ES256).sign(bytes.toByteArray());
        byte[] another = TestKey.fresh("another", Algorithm.ES256).sign(SignedStatements.input(bytes));
        return Stream.of(
                        signed.toBuilder().clearSignature(),
                        signed.toBuilder().setStatement(ByteString.copyFrom(flipped)),
                        signed.toBuilder().setSignature(ByteString.copyFrom(withoutTyp)),
                        signed.toBuilder().setSignature(ByteString.copyFrom(another)))
                .map(message -> WatchResponse.newBuilder().setSigned(message).build());
    }

    @ParameterizedTest
    @MethodSource("unsigned")
    void whatTheFeedKeyDidNotSignEndsTheStreamAndChangesNothing(WatchResponse message) {
        whatCannotBeReadEndsTheStreamAndChangesNothing(message);
    }

    @Test
    void anAuthorityWithAnotherFeedKeyIsNotFollowed() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.send(WatchResponse.newBuilder()
                .setWelcome(Welcome.newBuilder()
                        .setFeedKey(VerificationKey.newBuilder()
                                .setKeyId("another")
                                .setAlgorithm("ES256")
                                .setPublicKey(ByteString.copyFrom(TestKey.fresh("another", Algorithm.ES256)
                                        .subjectPublicKeyInfo()))))
                .build());
        bench.scheduler.runDue();
        assertTrue(watch.cancelled());
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void whatCannotBeReadEndsTheStreamAndChangesNothing(WatchResponse message) {
        FakeAuthority.Watch watch = bench.current(5);
        watch.send(message);
        watch.pong(6);
        bench.scheduler.runDue();
        assertTrue(watch.cancelled());
        assertEquals(1, bench.timesCurrent);
        assertEquals(Map.of("", 5L, ORGANIZATION, 5L), bench.state.revisions());
        bench.scheduler.advance(Duration.ofMillis(100));
        assertEquals(2, bench.authority.watches().size());
    }

    @Test
    void closingEndsTheStreamAndAllAttempts() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.feed.close();
        bench.scheduler.advance(Duration.ofMinutes(1));
        assertTrue(watch.cancelled());
        assertEquals(1, bench.authority.watches().size());
        assertEquals(List.of(), bench.scheduler.waiting());
    }

    @Test
    void closingBetweenAttemptsEndsThem() {
        bench.current(5).fail(Status.UNAVAILABLE);
        bench.scheduler.runDue();
        bench.feed.close();
        bench.scheduler.advance(Duration.ofMinutes(1));
        assertEquals(1, bench.authority.watches().size());
    }

    @Test
    void whatIsHeardAfterTheSchedulersEndIsNobodysConcern() {
        FakeAuthority.Watch watch = bench.current(5);
        List<LogRecord> complaints = new ArrayList<>();
        Logger grpc = Logger.getLogger("io.grpc");
        Handler listening = new Handler() {
            @Override
            public void publish(LogRecord complaint) {
                complaints.add(complaint);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        grpc.addHandler(listening);
        bench.scheduler.shutdown();
        watch.fail(Status.UNAVAILABLE);
        grpc.removeHandler(listening);
        assertEquals(List.of(), complaints);
    }

    private static WatchResponse change(TrustChange change) {
        return FakeAuthority.signed(Statement.newBuilder()
                .setLedgerId(FakeAuthority.LEDGER)
                .setChanges(Changes.newBuilder()
                        .addChanges(Change.newBuilder()
                                .setRevision(6)
                                .setPreviousRevision(5)
                                .setChange(change)))
                .build());
    }

    private static WatchResponse piece(SnapshotChunk piece) {
        return FakeAuthority.signed(Statement.newBuilder()
                .setLedgerId(FakeAuthority.LEDGER)
                .setSnapshot(piece)
                .build());
    }
}
