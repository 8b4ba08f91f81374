package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.v1.Ack;
import dev.signet.v1.WatchRequest;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which revisions the feed acknowledges: only those up to which it lacks nothing. */
@Timeout(60)
class TrustFeedAcknowledgementTest {
    private static final TrustChange FIRST = new TrustChange.Revoked(Indexes.of(1));
    private static final TrustChange SECOND = new TrustChange.Revoked(Indexes.of(2));

    private final FeedBench bench;

    TrustFeedAcknowledgementTest() throws IOException {
        bench = new FeedBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static List<Long> acknowledged(FakeAuthority.Watch watch) {
        return watch.received().stream()
                .filter(WatchRequest::hasAck)
                .map(WatchRequest::getAck)
                .map(Ack::getRevision)
                .toList();
    }

    @Test
    void snapshotsAreAcknowledgedWithThePongThatEndsThem() {
        FakeAuthority.Watch watch = bench.started();
        watch.snapshot(TestTrust.installation(9, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(List.of(), acknowledged(watch), "the organization's part is still to come");
        watch.snapshot(TestTrust.organization(4, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(List.of(), acknowledged(watch), "and who knows what else");
        bench.pong(watch, 12);
        assertEquals(List.of(12L), acknowledged(watch), "all others up to the head concern other verifiers");
    }

    @Test
    void aChangeIsAcknowledgedOnceItIsApplied() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, FIRST, 6, 5);
        assertEquals(List.of(5L, 6L), acknowledged(watch));
        assertEquals(Indexes.of(1), bench.organization().revoked());
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 8, 5);
        bench.scheduler.runDue();
        assertEquals(List.of(5L, 6L, 8L), acknowledged(watch));
    }

    @Test
    void changesThatComeTogetherAreAcknowledgedTogether() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(ORGANIZATION, FIRST, 6, 5);
        watch.change(ORGANIZATION, SECOND, 7, 6);
        watch.change(OTHER_ORGANIZATION, new TrustChange.OrganizationCreated(), 8, 0);
        bench.scheduler.runDue();
        assertEquals(List.of(5L, 8L), acknowledged(watch));
    }

    @Test
    void aPongIsAcknowledgedWhereItsHeadIsNew() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.pong(watch, 5);
        assertEquals(List.of(5L), acknowledged(watch));
        bench.awaitPing(watch);
        bench.pong(watch, 30);
        assertEquals(List.of(5L, 30L), acknowledged(watch));
        bench.change(watch, FIRST, 31, 5);
        assertEquals(List.of(5L, 30L, 31L), acknowledged(watch));
    }

    @Test
    void whatWasMissedWhileAwayComesPartByPartAndIsAcknowledgedWithThePong() {
        bench.current(5).fail(Status.UNAVAILABLE);
        bench.scheduler.advance(Duration.ofSeconds(1));
        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(2, bench.authority.watches().size());
        next.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 20, 5);
        bench.scheduler.runDue();
        assertEquals(List.of(), acknowledged(next), "revision 8 of the organization is still to come");
        bench.change(next, FIRST, 8, 5);
        assertEquals(List.of(), acknowledged(next));
        bench.pong(next, 20);
        assertEquals(List.of(20L), acknowledged(next));
    }

    @Test
    void nothingIsAcknowledgedOverAGap() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(ORGANIZATION, FIRST, 6, 5);
        watch.change(ORGANIZATION, SECOND, 9, 7);
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 10, 5);
        bench.awaitPing(watch);
        bench.pong(watch, 10);
        assertEquals(3, bench.installation().epoch());
        assertEquals(List.of(5L), acknowledged(watch), "the organization's part is awaited");
        watch.snapshot(TestTrust.organization(9, Freshness.NEVER));
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(4), 12, 10);
        bench.scheduler.runDue();
        assertEquals(List.of(5L), acknowledged(watch), "no pong has told that this is all");
        bench.pong(watch, 12);
        assertEquals(List.of(5L, 12L), acknowledged(watch));
    }

    @Test
    void betweenAskingForAPartAndTheAnswerToALaterPingNothingIsAcknowledged() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.state.organization(OTHER_ORGANIZATION);
        bench.scheduler.runDue();
        bench.change(watch, FIRST, 6, 5);
        assertEquals(List.of(5L), acknowledged(watch), "an older change may wait behind the part that was asked for");
        bench.pong(watch, 6);
        assertEquals(List.of(5L), acknowledged(watch), "the ping left before");
        bench.awaitPing(watch);
        bench.pong(watch, 6);
        assertEquals(List.of(5L, 6L), acknowledged(watch));
    }

    @Test
    void aPongThatDoesNotSpeakOfAllThatIsHeldIsNotAcknowledged() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        // The organization is on its way as a whole, as too many changes were missed.
        watch.pong(
                FakeAuthority.LEDGER,
                watch.pings().get(1).getNonce(),
                30,
                List.of(watch.told().get(TrustPart.INSTALLATION)));
        bench.scheduler.runDue();
        assertEquals(List.of(5L), acknowledged(watch));
    }

    @Test
    void aPongThatConfirmsNothingIsNotAcknowledged() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, FIRST, 6, 5);
        bench.awaitPing(watch);
        bench.pong(watch, 4);
        watch.pong("ledger-2", watch.pings().get(0).getNonce(), 50);
        bench.scheduler.runDue();
        assertEquals(List.of(5L, 6L), acknowledged(watch));
    }

    @Test
    void anotherHistoryIsAcknowledgedByItsOwnRevisions() {
        FakeAuthority.Watch watch = bench.current(50);
        bench.awaitPing(watch);
        watch.snapshot("ledger-2", TestTrust.installation(2, Freshness.NEVER));
        watch.snapshot("ledger-2", TestTrust.organization(1, Freshness.NEVER));
        bench.change(watch, FIRST, 3, 1);
        assertEquals(List.of(50L), acknowledged(watch));
        watch.pong("ledger-2", watch.pings().get(1).getNonce(), 3);
        bench.scheduler.runDue();
        assertEquals(List.of(50L, 3L), acknowledged(watch));
    }
}
