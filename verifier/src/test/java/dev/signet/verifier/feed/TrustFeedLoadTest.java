package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Organizations that are not watched: asked for on first need, let go when nobody asks about them. */
@Timeout(60)
class TrustFeedLoadTest {
    private static final OrganizationTrust OTHER = OrganizationTrust.unchanged(OTHER_ORGANIZATION, 4, Freshness.NEVER);
    private static final TrustChange CHANGE = new TrustChange.Revoked(Indexes.of(1));

    private final FeedBench bench;
    private final FakeAuthority.Watch watch;

    TrustFeedLoadTest() throws IOException {
        bench = new FeedBench();
        watch = bench.current(5);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void need() {
        bench.state.organization(OTHER_ORGANIZATION);
        bench.scheduler.runDue();
    }

    /** Needed, sent and confirmed. */
    private void loaded() {
        need();
        watch.snapshot(OTHER);
        bench.scheduler.runDue();
        bench.pong(watch, 5);
    }

    /** Lets time pass while every ping is answered. */
    private void live(Duration time) {
        long start = bench.fake.elapsedNanos();
        while (bench.fake.elapsedNanos() - start < time.toNanos()) {
            bench.awaitPing(watch);
            bench.pong(watch, 5);
        }
    }

    private static List<String> releases(FakeAuthority.Watch watch) {
        return watch.received().stream()
                .filter(WatchRequest::hasRelease)
                .map(request -> request.getRelease().getPart())
                .toList();
    }

    @Test
    void whatIsNeededIsAskedForOnceAndFreshWithItsPong() {
        need();
        need();
        assertEquals(List.of(OTHER_ORGANIZATION), FeedBench.loads(watch));
        assertNull(bench.state.organization(OTHER_ORGANIZATION));
        CompletableFuture<Void> loaded = bench.feed.whenLoaded(OTHER_ORGANIZATION);
        int pings = watch.pings().size();
        watch.snapshot(OTHER);
        bench.scheduler.runDue();
        assertEquals(pings + 1, watch.pings().size(), "nobody waits for the next ping in its time");
        assertEquals(Freshness.NEVER, held().freshness());
        assertFalse(loaded.isDone());
        bench.pong(watch, 5);
        assertTrue(loaded.isDone());
        assertEquals(Duration.ZERO, bench.age(held().freshness()));
        assertTrue(bench.feed.whenLoaded(OTHER_ORGANIZATION).isDone());
    }

    private OrganizationTrust held() {
        return requireNonNull(bench.state.organization(OTHER_ORGANIZATION));
    }

    @Test
    void whatComesByItselfMeanwhileIsNotAskedForAndStays() {
        bench.state.organization(OTHER_ORGANIZATION);
        bench.state.replace(OTHER);
        bench.scheduler.runDue();
        assertEquals(List.of(), FeedBench.loads(watch));
        assertFalse(bench.state.needed().contains(OTHER_ORGANIZATION), "nobody lets go of it, and it is kept on disk");
        watch.snapshot(OTHER);
        bench.scheduler.runDue();
        bench.pong(watch, 5);
        assertEquals(Duration.ZERO, bench.age(held().freshness()));
    }

    @Test
    void itsChangesAreApplied() {
        loaded();
        watch.change(OTHER_ORGANIZATION, CHANGE, 6, 4);
        bench.scheduler.runDue();
        assertEquals(Indexes.of(1), held().revoked());
    }

    @Test
    void changesThatComeBeforeTheWholeAreInIt() {
        need();
        watch.change(OTHER_ORGANIZATION, CHANGE, 6, 4);
        bench.scheduler.runDue();
        assertEquals(List.of(OTHER_ORGANIZATION), FeedBench.loads(watch));
        assertNull(bench.state.held(OTHER_ORGANIZATION));
    }

    @Test
    void oneThatIsIdleIsLetGoAndAskedForAgainBeforeAnythingIsDecided() {
        loaded();
        live(Duration.ofMinutes(16));
        assertNull(bench.state.held(OTHER_ORGANIZATION));
        bench.scheduler.runDue();
        assertEquals(List.of(OTHER_ORGANIZATION), releases(watch));
        assertNotNull(bench.organization());

        // What was on its way is of no use, and no gap either.
        watch.change(OTHER_ORGANIZATION, CHANGE, 6, 4);
        bench.scheduler.runDue();
        assertEquals(List.of(OTHER_ORGANIZATION), FeedBench.loads(watch));
        assertNull(bench.state.organization(OTHER_ORGANIZATION), "which is not: nothing is revoked");
        bench.scheduler.runDue();
        assertEquals(List.of(OTHER_ORGANIZATION, OTHER_ORGANIZATION), FeedBench.loads(watch));
        watch.snapshot(OTHER.after(CHANGE, 6));
        bench.scheduler.runDue();
        OrganizationTrust again = held();
        assertEquals(Freshness.NEVER, again.freshness(), "it is as fresh as its own pong tells, and none has");
        assertEquals(Indexes.of(1), again.revoked());
    }

    @Test
    void oneThatIsAskedAboutStays() {
        loaded();
        for (int i = 0; i < 4; i++) {
            live(Duration.ofMinutes(14));
            assertNotNull(bench.state.organization(OTHER_ORGANIZATION));
        }
        assertEquals(List.of(), releases(watch));
    }

    @Test
    void oneThatIsNotToBeHadIsNotAskedForAgainForAWhile() {
        need();
        CompletableFuture<Void> loaded = bench.feed.whenLoaded(OTHER_ORGANIZATION);
        watch.notWatched(OTHER_ORGANIZATION);
        bench.scheduler.runDue();
        assertTrue(loaded.isDone());
        need();
        assertEquals(List.of(OTHER_ORGANIZATION), FeedBench.loads(watch));
        bench.scheduler.advance(Duration.ofSeconds(10));
        need();
        assertEquals(List.of(OTHER_ORGANIZATION, OTHER_ORGANIZATION), FeedBench.loads(watch));
    }

    @Test
    void theNextConnectionAsksForWhatIsHeldAndForWhatIsStillNeeded() {
        loaded();
        bench.state.organization("org_third");
        bench.scheduler.runDue();
        watch.fail(Status.UNAVAILABLE);
        bench.scheduler.advance(Duration.ofMillis(100));
        FakeAuthority.Watch next = bench.authority.latest();
        assertEquals(List.of(OTHER_ORGANIZATION), next.subscribe().getOrganizationsList());
        assertEquals(List.of("org_third"), FeedBench.loads(next));
    }

    @Test
    void noMoreThanTheLimitIsHeld() {
        for (int number = 0; number < 2_000; number++) {
            String id = "org_" + number;
            bench.state.organization(id);
            bench.scheduler.runDue();
            watch.snapshot(OrganizationTrust.unchanged(id, 4, Freshness.NEVER));
            bench.scheduler.runDue();
            watch.told().remove(id);
        }
        assertTrue(
                bench.state.revisions().size() <= 1_002,
                () -> bench.state.revisions().size() + " are held");
        assertTrue(releases(watch).size() >= 1_000);
        assertNotNull(bench.organization());
    }
}
