package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

        assertTrue(watch.cancelled());
        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(2, bench.authority.watches().size());
        assertEquals(FakeAuthority.LEDGER, next.subscribe().getLedgerId());
        assertEquals(
                Map.of("", 5L),
                Map.of(
                        next.subscribe().getHeld(0).getPart(),
                        next.subscribe().getHeld(0).getRevision()));
        assertEquals(1, next.subscribe().getHeldCount());
        assertEquals(Indexes.NONE, bench.organization().revoked(), "it goes on from what it had, and no further");

        next.snapshot(TestTrust.organization(9, Freshness.NEVER));
        bench.pong(next, 9);
        assertEquals(9, bench.organization().revision());
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void aPartWithAGapIsNotConfirmedWhileTheOthersAre() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.scheduler.advance(Duration.ofSeconds(1));
        bench.change(watch, SECOND, 9, 7);
        FakeAuthority.Watch next = bench.authority.latest();
        bench.pong(next, 9);
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
        assertEquals(Duration.ofSeconds(1), bench.age(bench.organization().freshness()));
        assertEquals(1, bench.timesCurrent);
        bench.change(next, SECOND, 10, 9);
        assertEquals(2, bench.authority.watches().size(), "it is asked for once");
    }

    @Test
    void anotherPartsChangesGoOnWhileOneIsAwaited() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        FakeAuthority.Watch next = bench.authority.latest();
        next.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 10, 5);
        bench.scheduler.runDue();
        assertEquals(3, bench.installation().epoch());
    }

    @Test
    void aGapInTheInstallationIsClosedToo() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 9, 8);
        bench.scheduler.runDue();
        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(ORGANIZATION, next.subscribe().getHeld(0).getPart());
        bench.pong(next, 9);
        assertEquals(1, bench.timesCurrent);
        next.snapshot(TestTrust.installation(9, Freshness.NEVER));
        bench.awaitPing(next);
        bench.pong(next, 9);
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void twoPartsWithGapsAreBothAskedFor() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        FakeAuthority.Watch second = bench.authority.latest();
        second.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 12, 11);
        bench.scheduler.runDue();
        FakeAuthority.Watch third = bench.authority.latest();
        assertEquals(List.of(), third.subscribe().getHeldList());
        third.snapshot(TestTrust.installation(12, Freshness.NEVER));
        third.snapshot(TestTrust.organization(9, Freshness.NEVER));
        bench.pong(third, 12);
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void anotherLedgerOwesNothingThatTheOldOneDid() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, SECOND, 9, 7);
        FakeAuthority.Watch next = bench.authority.latest();
        next.snapshot("ledger-2", TestTrust.installation(1, Freshness.NEVER));
        next.pong("ledger-2", next.pings().get(0).getNonce(), 1);
        bench.scheduler.runDue();
        assertEquals(2, bench.timesCurrent, "the organization is not there any more, and not waited for");
    }
}
