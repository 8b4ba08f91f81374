package dev.signet.verifier.trust;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TrustStateTest {
    private static final TrustChange FIRST = new TrustChange.Revoked(Indexes.of(1));
    private static final TrustChange SECOND = new TrustChange.Revoked(Indexes.of(2));

    private final FakeClocks fake = new FakeClocks();
    private final Freshness earlier = Freshness.now(fake.clocks());
    private final TrustState state = new TrustState();

    @Test
    void nothingIsHeldAtFirst() {
        assertNull(state.installation());
        assertNull(state.organization(ORGANIZATION));
        assertEquals(Map.of(), state.revisions());
    }

    @Test
    void wholePartsAreHeldAsTheyCame() {
        InstallationTrust installation = TestTrust.installation(5, Freshness.NEVER);
        OrganizationTrust organization = TestTrust.organization(7, Freshness.NEVER);
        state.replace(installation);
        state.replace(organization);
        assertSame(installation, state.installation());
        assertSame(organization, state.organization(ORGANIZATION));
        assertNull(state.organization(OTHER_ORGANIZATION));
        assertEquals(Map.of("", 5L, ORGANIZATION, 7L), state.revisions());
    }

    @Test
    void anOlderSnapshotIsIgnored() {
        InstallationTrust installation = TestTrust.installation(5, earlier, TestKey.shared(Algorithm.ES256));
        OrganizationTrust organization = TestTrust.organization(5, earlier);
        state.replace(installation);
        state.replace(organization);
        state.replace(TestTrust.installation(4, Freshness.NEVER));
        state.replace(TestTrust.organization(4, Freshness.NEVER));
        assertSame(installation, state.installation());
        assertSame(organization, state.organization(ORGANIZATION));
    }

    @Test
    void aNewerSnapshotKeepsTheFreshnessOfWhatItReplaces() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(5, earlier));
        state.replace(TestTrust.installation(6, Freshness.NEVER));
        state.replace(TestTrust.organization(6, Freshness.NEVER));
        assertEquals(TestTrust.installation(6, earlier), state.installation());
        assertEquals(TestTrust.organization(6, earlier), state.organization(ORGANIZATION));
    }

    @Test
    void aChangeThatFollowsIsApplied() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(6, earlier));
        assertTrue(state.apply(TrustPart.INSTALLATION, FIRST, 7, 5));
        assertTrue(state.apply(ORGANIZATION, FIRST, 8, 6));
        assertTrue(state.apply(ORGANIZATION, SECOND, 9, 8));
        assertEquals(Indexes.of(1), requireNonNull(state.installation()).revoked());
        assertEquals(Indexes.of(1, 2), organization().revoked());
        assertEquals(Map.of("", 7L, ORGANIZATION, 9L), state.revisions());
        assertEquals(earlier, organization().freshness());
    }

    @Test
    void aChangeAfterAGapIsNotAppliedAndLeavesThePartAsItWas() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(5, earlier));
        assertFalse(state.apply(TrustPart.INSTALLATION, FIRST, 8, 7));
        assertFalse(state.apply(ORGANIZATION, FIRST, 8, 7));
        assertFalse(state.apply(ORGANIZATION, FIRST, 8, 4), "a branch of another history");
        assertEquals(TestTrust.installation(5, earlier), state.installation());
        assertEquals(TestTrust.organization(5, earlier), organization());
    }

    @Test
    void aChangeThatIsIncludedAlreadyIsPassedOver() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(5, earlier));
        assertTrue(state.apply(TrustPart.INSTALLATION, FIRST, 5, 2));
        assertTrue(state.apply(ORGANIZATION, FIRST, 4, 2));
        assertEquals(TestTrust.installation(5, earlier), state.installation());
        assertEquals(TestTrust.organization(5, earlier), organization());
    }

    @Test
    void aChangeOfAPartThatIsNotHeldIsNotApplied() {
        assertFalse(state.apply(TrustPart.INSTALLATION, FIRST, 1, 0));
        assertFalse(state.apply(ORGANIZATION, FIRST, 2, 1));
        assertEquals(Map.of(), state.revisions());
    }

    @Test
    void aPartBeginsWithItsFirstChangeAndIsAsFreshAsTheInstallation() {
        state.replace(TestTrust.installation(5, earlier));
        assertTrue(state.apply(ORGANIZATION, new TrustChange.OrganizationCreated(), 6, 0));
        assertEquals(TestTrust.organization(6, earlier), organization());
        assertTrue(state.apply(ORGANIZATION, FIRST, 7, 6));
        assertEquals(Indexes.of(1), organization().revoked());
    }

    @Test
    void aPartThatBeginsBesideNoInstallationIsNotFresh() {
        assertTrue(state.apply(ORGANIZATION, new TrustChange.OrganizationCreated(), 6, 0));
        assertEquals(Freshness.NEVER, organization().freshness());
    }

    @Test
    void aFirstChangeBeginsNothingAnewThatIsHeld() {
        state.replace(TestTrust.organization(5, earlier));
        assertFalse(state.apply(ORGANIZATION, new TrustChange.OrganizationCreated(), 6, 0));
        assertTrue(state.apply(ORGANIZATION, new TrustChange.OrganizationCreated(), 4, 0));
        assertEquals(TestTrust.organization(5, earlier), organization());
    }

    @Test
    void confirmationReachesThePartsThatAreNamed() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(5, earlier));
        state.replace(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 0, earlier));
        fake.advance(Duration.ofSeconds(3));
        Freshness later = Freshness.now(fake.clocks());
        state.confirm(later, Set.of(TrustPart.INSTALLATION, ORGANIZATION));
        assertEquals(later, requireNonNull(state.installation()).freshness());
        assertEquals(later, organization().freshness());
        assertEquals(
                earlier, requireNonNull(state.organization(OTHER_ORGANIZATION)).freshness());

        state.confirm(Freshness.AUTHORITATIVE, Set.of());
        assertEquals(later, requireNonNull(state.installation()).freshness());
    }

    @Test
    void aPartThatComesUnaskedJustBeforeItIsNeededIsConfirmedLikeAnyOther() {
        state.replace(TestTrust.organization(5, Freshness.NEVER));
        // Somebody looked for it before it was there, and says so only now.
        state.needed().need(ORGANIZATION);
        assertConfirmedAndChanged();
    }

    @Test
    void aPartThatIsNoLongerNeededIsConfirmedAsLongAsItIsHeld() {
        state.needed().need(ORGANIZATION);
        state.replace(TestTrust.organization(5, Freshness.NEVER));
        state.needed().forget(ORGANIZATION);
        assertConfirmedAndChanged();
    }

    private void assertConfirmedAndChanged() {
        state.confirm(earlier, Set.of(ORGANIZATION));
        assertEquals(earlier, organization().freshness());
        assertTrue(state.apply(ORGANIZATION, FIRST, 6, 5));
        state.replace(TestTrust.organization(7, Freshness.NEVER));
        assertEquals(TestTrust.organization(7, earlier), organization());
        assertEquals(Map.of(ORGANIZATION, 7L), state.revisions());
    }

    @Test
    void clearingLetsGoOfEverything() {
        state.replace(TestTrust.installation(5, earlier));
        state.replace(TestTrust.organization(5, earlier));
        state.clear();
        assertNull(state.installation());
        assertNull(state.organization(ORGANIZATION));
        state.replace(TestTrust.installation(1, Freshness.NEVER));
        assertEquals(Freshness.NEVER, requireNonNull(state.installation()).freshness());
    }

    @Test
    void aPartIsLoadedOnFirstNeedAndOnce() {
        AtomicInteger loads = new AtomicInteger();
        TrustState loading = new TrustState(id -> {
            loads.incrementAndGet();
            return id.equals(ORGANIZATION) ? TestTrust.organization(5, Freshness.AUTHORITATIVE) : null;
        });
        assertEquals(Map.of(), loading.revisions());
        assertSame(loading.organization(ORGANIZATION), loading.organization(ORGANIZATION));
        assertEquals(1, loads.get());
        assertNull(loading.organization(OTHER_ORGANIZATION));
        assertNull(loading.organization(OTHER_ORGANIZATION));
        assertEquals(3, loads.get(), "what does not exist is not remembered");
    }

    @Test
    void aChangeDuringALoadIsAppliedToWhatWasLoaded() throws Exception {
        CountDownLatch loadBegan = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        TrustState loading = new TrustState(id -> {
            OrganizationTrust read = TestTrust.organization(5, Freshness.AUTHORITATIVE);
            loadBegan.countDown();
            await(mayFinish);
            return read;
        });
        CompletableFuture<OrganizationTrust> load =
                CompletableFuture.supplyAsync(() -> loading.organization(ORGANIZATION));
        await(loadBegan);

        // Committed after the loader read revision 5, and before the part is held.
        Thread changing = new Thread(() -> loading.apply(ORGANIZATION, FIRST, 6, 5));
        changing.start();
        while (changing.getState() == Thread.State.NEW || changing.getState() == Thread.State.RUNNABLE) {
            Thread.onSpinWait();
        }
        mayFinish.countDown();
        changing.join();

        assertEquals(5, load.get(10, TimeUnit.SECONDS).revision());
        OrganizationTrust held = requireNonNull(loading.organization(ORGANIZATION));
        assertEquals(6, held.revision());
        assertTrue(held.revoked().contains(1));
    }

    @Test
    void aSnapshotDuringALoadIsNotLost() throws Exception {
        CountDownLatch loadBegan = new CountDownLatch(1);
        CountDownLatch mayFinish = new CountDownLatch(1);
        TrustState loading = new TrustState(id -> {
            loadBegan.countDown();
            await(mayFinish);
            return TestTrust.organization(5, Freshness.AUTHORITATIVE);
        });
        CompletableFuture<OrganizationTrust> load =
                CompletableFuture.supplyAsync(() -> loading.organization(ORGANIZATION));
        await(loadBegan);
        CompletableFuture<Void> replacing =
                CompletableFuture.runAsync(() -> loading.replace(TestTrust.organization(9, Freshness.AUTHORITATIVE)));
        mayFinish.countDown();
        replacing.get(10, TimeUnit.SECONDS);
        load.get(10, TimeUnit.SECONDS);
        assertEquals(9, requireNonNull(loading.organization(ORGANIZATION)).revision());
    }

    private OrganizationTrust organization() {
        return requireNonNull(state.organization(ORGANIZATION));
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
