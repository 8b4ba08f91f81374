package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.TestAuthority;
import dev.signet.v1.NotWatched;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Subscribe;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams that are slow, broken or gone, and what the others notice of it. */
@Timeout(60)
final class WatcherTest {
    private static final Subscribe EVERYTHING =
            Subscribe.newBuilder().setAllOrganizations(true).build();

    private final FakeStream stream = new FakeStream();
    private final Watcher watcher = new Watcher(stream, EVERYTHING, "");

    private static WatchResponse message(int revision) {
        return WatchResponse.newBuilder()
                .setNotWatched(NotWatched.newBuilder().setPart("message " + revision))
                .build();
    }

    @Test
    void itWatchesWhatItSubscribedTo() {
        assertTrue(watcher.watches("org_any") && watcher.watches(TrustPart.INSTALLATION));
        Watcher one = new Watcher(
                stream, Subscribe.newBuilder().addOrganizations("org_b").build(), "org_a");
        assertTrue(one.watches("org_a") && one.watches("org_b") && one.watches(TrustPart.INSTALLATION));
        assertFalse(one.watches("org_c"));
    }

    @Test
    void aPartThatIsNamedTwiceIsHeldAsFarAsTheLesser() {
        Subscribe.Builder subscribe = Subscribe.newBuilder().setLedgerId("l");
        for (long revision : new long[] {7, 5, 6}) {
            subscribe.addHeld(PartRevision.newBuilder().setPart("org_a").setRevision(revision));
        }
        Watcher held = new Watcher(stream, subscribe.build(), "org_a");
        assertEquals(Map.of("org_a", 5L), held.held());
        assertEquals("l", held.ledgerId());
    }

    @Test
    void whatIsHeldOfPartsThatAreNotWatchedIsNotKept() {
        Subscribe.Builder subscribe = Subscribe.newBuilder().setLedgerId("l".repeat(1_000));
        for (int i = 0; i < 1_000; i++) {
            subscribe.addHeld(PartRevision.newBuilder().setPart("org_" + i).setRevision(i));
        }
        subscribe.addHeld(PartRevision.newBuilder().setPart("").setRevision(3));
        Watcher one = new Watcher(stream, subscribe.build(), "org_5");
        assertEquals(Map.of("", 3L, "org_5", 5L), one.held());
        assertEquals("", one.ledgerId(), "it is no ledger's, however long it is");
    }

    @Test
    void whatASlowStreamDoesNotTakeWaitsInOrder() {
        watcher.send(message(1), 1);
        stream.ready = false;
        watcher.send(message(2), 2);
        watcher.send(message(3), 3);
        assertEquals(List.of(message(1)), stream.sent);
        stream.ready = true;
        watcher.flush();
        assertEquals(List.of(message(1), message(2), message(3)), stream.sent);
    }

    @Test
    void aStreamThatFallsTooFarBehindIsEnded() {
        stream.ready = false;
        IntStream.rangeClosed(1, 10_000).forEach(i -> watcher.send(message(i), i));
        assertFalse(stream.ended.isDone());
        watcher.send(message(10_001), 10_001);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, stream.ended.join().getCode());
        assertTrue(watcher.hasEnded());
        stream.ready = true;
        watcher.flush();
        watcher.send(message(10_002), 10_002);
        assertEquals(List.of(), stream.sent);
    }

    @Test
    void aPartThatIsSentWholeHoldsUpNothingButItself() {
        TrustPart part = OrganizationTrust.unchanged("org_a", 5, Freshness.NEVER);
        stream.ready = false;
        watcher.sendWhole(part, List.of(message(1), message(2)));
        assertFalse(watcher.isSettled("org_a"));
        assertTrue(watcher.isSettled("org_b"));
        watcher.sendChanges("org_a", message(6), 6);
        watcher.sendChanges("org_b", message(7), 7);
        watcher.send(message(8), 8);
        stream.ready = true;
        watcher.flush();
        assertEquals(List.of(message(7), message(8), message(1), message(2), message(6)), stream.sent);
        assertTrue(watcher.isSettled("org_a"));
    }

    @Test
    void aPartThatIsSentWholeAgainStartsOver() {
        TrustPart part = OrganizationTrust.unchanged("org_a", 5, Freshness.NEVER);
        stream.ready = false;
        watcher.sendWhole(part, List.of(message(1), message(2)));
        watcher.sendChanges("org_a", message(6), 6);
        watcher.sendWhole(part, List.of(message(3)));
        stream.ready = true;
        watcher.flush();
        assertEquals(List.of(message(3)), stream.sent);
    }

    @Test
    void nothingIsAcknowledgedThatWasNotSent() {
        stream.ready = false;
        watcher.send(message(9), 9);
        watcher.acknowledge(9);
        assertEquals(0, watcher.acknowledged());
        stream.ready = true;
        watcher.flush();
        watcher.acknowledge(9);
        assertEquals(9, watcher.acknowledged());
    }

    @Test
    void whatEndedEndsOnce() {
        watcher.end(Status.UNAUTHENTICATED.asRuntimeException());
        watcher.end(Status.UNAVAILABLE.asRuntimeException());
        watcher.complete();
        assertEquals(Status.Code.UNAUTHENTICATED, stream.ended.join().getCode());
    }

    @Test
    void aCancelledStreamIsOver() {
        stream.cancelled = true;
        watcher.send(message(1), 1);
        assertTrue(watcher.hasEnded());
    }

    @Test
    void aBrokenStreamThrowsNothing() {
        stream.broken = true;
        watcher.send(message(1), 1);
        assertTrue(watcher.hasEnded());
        FakeStream another = new FakeStream();
        another.broken = true;
        new Watcher(another, EVERYTHING, "").end(Status.UNAVAILABLE.asRuntimeException());
    }

    @Test
    void oneBrokenStreamCostsTheOthersNothing(@TempDir Path data) throws Exception {
        try (TestAuthority authority = TestAuthority.open(data)) {
            ResourcePath organization = authority.organization();
            TrustPublisher publisher = authority.publisher();
            FakeStream last = new FakeStream();
            for (FakeStream each : List.of(stream, last)) {
                publisher.subscribe(new Watcher(each, EVERYTHING, ""));
            }
            // Returns once the publisher's thread is through with what was asked of it before.
            publisher.publish(0);
            change(authority, organization);
            assertEquals(1, changes(last));
            stream.broken = true;
            change(authority, organization);
            change(authority, organization);
            assertEquals(3, changes(last));
            assertEquals(1, changes(stream));
            assertEquals(1, publisher.watching());
        }
    }

    @Test
    void whoGaveUpBeforeItsTurnIsPassedOver(@TempDir Path data) {
        try (TestAuthority authority = TestAuthority.open(data)) {
            stream.cancelled = true;
            authority.publisher().subscribe(watcher);
            // Returns once the publisher's thread is through with what was asked of it before.
            authority.publisher().publish(0);
            assertEquals(List.of(), stream.sent);
            assertEquals(0, authority.publisher().watching());
        }
    }

    @Test
    void aStreamThatEndedIsForgotten(@TempDir Path data) {
        try (TestAuthority authority = TestAuthority.open(data)) {
            ResourcePath organization = authority.organization();
            TrustPublisher publisher = authority.publisher();
            publisher.subscribe(new Watcher(stream, EVERYTHING, ""));
            publisher.publish(0);
            change(authority, organization);
            assertEquals(1, publisher.watching());
            stream.ready = false;
            authority.ledger().write(tx -> {
                // In turns, so that each is a message.
                for (int i = 0; i <= 5_000; i++) {
                    tx.announce(organization.id(), new TrustChange.EpochRaised(0));
                    tx.announce(TrustPart.INSTALLATION, new TrustChange.EpochRaised(0));
                }
                return tx;
            });
            assertEquals(Status.Code.RESOURCE_EXHAUSTED, stream.ended.join().getCode());
            assertEquals(0, publisher.watching());
            assertEquals(
                    authority.unpublished().read(tx -> tx.trust().head()).longValue(),
                    publisher.state().installation().revision());
        }
    }

    private static void change(TestAuthority authority, ResourcePath organization) {
        authority.ledger().write(tx -> {
            tx.announce(organization.id(), new TrustChange.EpochRaised(0));
            return tx;
        });
    }

    private static long changes(FakeStream stream) {
        return Heard.changes(stream.sent).size();
    }
}
