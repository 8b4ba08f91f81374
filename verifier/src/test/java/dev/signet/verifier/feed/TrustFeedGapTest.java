package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.v1.PartRevision;
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

/** What the feed does about a part that lacks a change: it asks for that part, and does not call it current. */
@Timeout(60)
class TrustFeedGapTest {
    private static final TrustChange SECOND = new TrustChange.Revoked(Indexes.of(2));

    private final FeedBench bench;

    TrustFeedGapTest() throws IOException {
        bench = new FeedBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aGapIsClosedByASnapshotOfThatPartAlone() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.scheduler.advance(Duration.ofSeconds(1));
        bench.change(watch, SECOND, 9, 7);
        assertEquals(List.of(ORGANIZATION), FeedBench.loads(watch));
        assertEquals(Indexes.NONE, bench.organization().revoked(), "it goes on from what it had, and no further");

        watch.snapshot(TestTrust.organization(9, Freshness.NEVER));
        bench.scheduler.runDue();
        bench.pong(watch, 9);
        assertEquals(9, bench.organization().revision());
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
        assertEquals(2, bench.timesCurrent);
        assertEquals(1, bench.authority.watches().size());
    }

    @Test
    void aPartWithAGapIsNotConfirmedWhileTheOthersAre() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        bench.awaitPing(watch);
        Duration age = bench.age(bench.organization().freshness());
        bench.pong(watch, 9);
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
        assertEquals(age, bench.age(bench.organization().freshness()));
        assertEquals(1, bench.timesCurrent);
        bench.change(watch, SECOND, 10, 9);
        assertEquals(List.of(ORGANIZATION), FeedBench.loads(watch), "it is asked for once");
    }

    @Test
    void anotherPartsChangesGoOnWhileOneIsAwaited() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 10, 5);
        bench.scheduler.runDue();
        assertEquals(3, bench.installation().epoch());
    }

    @Test
    void gapsInTwoPartsAreBothClosed() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 9, 8);
        bench.change(watch, SECOND, 12, 11);
        assertEquals(List.of(TrustPart.INSTALLATION, ORGANIZATION), FeedBench.loads(watch));
        watch.snapshot(TestTrust.installation(9, Freshness.NEVER));
        bench.awaitPing(watch);
        bench.pong(watch, 12);
        assertEquals(1, bench.timesCurrent);
        watch.snapshot(TestTrust.organization(12, Freshness.NEVER));
        bench.scheduler.runDue();
        bench.pong(watch, 12);
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void aPartThatIsAwaitedIsNotClaimedOnTheNextConnection() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        watch.fail(Status.UNAVAILABLE);
        bench.scheduler.advance(Duration.ofMillis(100));
        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(
                List.of(TrustPart.INSTALLATION),
                next.subscribe().getHeldList().stream()
                        .map(PartRevision::getPart)
                        .toList());
        bench.pong(next, 9);
        assertEquals(1, bench.timesCurrent);
        next.snapshot(TestTrust.organization(9, Freshness.NEVER));
        bench.scheduler.runDue();
        bench.pong(next, 9);
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void anotherLedgerOwesNothingThatTheOldOneDid() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        watch.snapshot("ledger-2", TestTrust.installation(1, Freshness.NEVER));
        bench.scheduler.runDue();
        bench.pong(watch, 1);
        assertEquals(2, bench.timesCurrent, "the organization is not there any more, and not waited for");
    }
}
