package dev.signet.verifier.feed;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.OTHER_ORGANIZATION;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.signet.v1.Ping;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.Subscribe;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the feed makes of what the authority says, and when it calls the trust state current. */
@Timeout(60)
class TrustFeedTest {
    private static final TrustChange FIRST = new TrustChange.Revoked(Indexes.of(1));
    private static final TrustChange SECOND = new TrustChange.Revoked(Indexes.of(2));

    private final FeedBench bench;

    TrustFeedTest() throws IOException {
        bench = new FeedBench();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aStreamOpensWithTheSubscriptionAndAPing() throws IOException {
        Subscription both = new Subscription(Set.of(OTHER_ORGANIZATION), true, null, "verifier-7", "1.2.3");
        try (FeedBench other = new FeedBench(both, new Random(1))) {
            FakeAuthority.Watch watch = other.started();
            assertEquals(
                    Subscribe.newBuilder()
                            .addOrganizations(OTHER_ORGANIZATION)
                            .setAllOrganizations(true)
                            .setVerifier("verifier-7")
                            .setVersion("1.2.3")
                            .build(),
                    watch.subscribe());
            assertTrue(watch.received().get(1).hasPing());
            assertEquals(2, watch.received().size());
            assertEquals(List.of("Bearer s3cr3t"), other.credentials);
        }
    }

    @Test
    void whatIsHeldIsSaidOfNoMorePartsThanTheAuthorityTakesAtOnce() {
        bench.state.replace(TestTrust.installation(5, Freshness.NEVER));
        for (int i = 0; i < 30_000; i++) {
            bench.state.replace(OrganizationTrust.unchanged("org_%026d".formatted(i), Long.MAX_VALUE, Freshness.NEVER));
        }
        Subscribe subscribe = bench.started().subscribe();
        assertEquals(20_000, subscribe.getHeldCount());
        assertEquals(TrustPart.INSTALLATION, subscribe.getHeld(0).getPart());
        assertTrue(subscribe.getSerializedSize() < 1 << 20);
    }

    @Test
    void everyPingHasFresh128BitsOfItsOwn() {
        FakeAuthority.Watch watch = bench.current(5);
        for (int i = 0; i < 20; i++) {
            bench.awaitPing(watch);
            bench.pong(watch, 5);
        }
        Set<ByteString> nonces = new HashSet<>();
        for (Ping ping : watch.pings()) {
            assertEquals(16, ping.getNonce().size());
            assertTrue(nonces.add(ping.getNonce()));
        }
        assertEquals(21, nonces.size());
    }

    @Test
    void aSnapshotIsHeldAtOnceAndCurrentWithThePong() {
        FakeAuthority.Watch watch = bench.started();
        watch.snapshot(TestTrust.installation(5, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
        watch.snapshot(TestTrust.organization(4, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(Map.of("", 5L, ORGANIZATION, 4L), bench.state.revisions());
        assertNotNull(bench.installation().key("shared-ES256"));
        assertEquals(Freshness.NEVER, bench.installation().freshness());
        assertEquals(0, bench.timesCurrent);

        bench.pong(watch, 5);
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
        assertEquals(1, bench.timesCurrent);
    }

    @Test
    void freshnessCountsFromTheSendingOfThePing() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.fake.advance(Duration.ofMillis(800));
        bench.pong(watch, 5);
        assertEquals(Duration.ofMillis(800), bench.age(bench.installation().freshness()));
        assertEquals(Duration.ofMillis(800), bench.age(bench.organization().freshness()));
    }

    @Test
    void withoutAPongTheStateAges() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.scheduler.advance(Duration.ofSeconds(4));
        bench.change(watch, FIRST, 6, 5);
        assertEquals(Duration.ofSeconds(4), bench.age(bench.installation().freshness()));
        assertEquals(Duration.ofSeconds(4), bench.age(bench.organization().freshness()), "a change confirms nothing");
    }

    @Test
    void thePongBringsTheAuthoritysTime() {
        bench.authority.setClock(TestTokens.NOW.plusSeconds(100).plusMillis(7));
        bench.current(5);
        assertEquals(
                TestTokens.NOW.toEpochMilli() + 100_007,
                bench.installation().freshness().nowMillis(bench.fake.clocks().now()));
    }

    @Test
    void changesAreAppliedAsTheyCome() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, FIRST, 6, 5);
        watch.change(TrustPart.INSTALLATION, new TrustChange.EpochRaised(3), 7, 5);
        bench.change(watch, SECOND, 8, 6);
        assertEquals(Indexes.of(1, 2), bench.organization().revoked());
        assertEquals(3, bench.installation().epoch());
        assertEquals(Map.of("", 7L, ORGANIZATION, 8L), bench.state.revisions());
        bench.change(watch, SECOND, 8, 6);
        assertEquals(1, bench.authority.watches().size(), "hearing a change twice is no gap");
    }

    @Test
    void anOrganizationThatIsNewIsHeldFromItsFirstChangeOn() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(OTHER_ORGANIZATION, new TrustChange.OrganizationCreated(), 6, 0);
        bench.scheduler.runDue();
        assertEquals(6L, bench.state.revisions().get(OTHER_ORGANIZATION));
        assertEquals(1, bench.authority.watches().size());
    }

    @Test
    void anOrganizationThatIsOlderThanWhatIsKnownDoesNotBeginWithItsFirstChange() {
        FakeAuthority.Watch watch = bench.current(5);
        // Truly signed once, and said again by whoever is in between: what came after it is left out.
        watch.change(OTHER_ORGANIZATION, new TrustChange.OrganizationCreated(), 4, 0);
        bench.scheduler.runDue();
        assertNull(bench.state.held(OTHER_ORGANIZATION), "it may have a past");
        assertEquals(List.of(OTHER_ORGANIZATION), FeedBench.loads(watch));
        assertEquals(1, bench.authority.watches().size());
    }

    @Test
    void aPartThatIsTooLargeCostsItsOrganizationOnly() {
        FakeAuthority.Watch watch = bench.current(5);
        SnapshotChunk piece = SnapshotPieces.cut(
                        OTHER_ORGANIZATION,
                        new TrustCodec(new VerificationKeys())
                                .encode(OrganizationTrust.unchanged(OTHER_ORGANIZATION, 4, Freshness.NEVER)))
                .get(0);
        watch.piece(
                FakeAuthority.LEDGER,
                piece.toBuilder().setInflatedSize(SnapshotPieces.LARGEST + 1).build());
        bench.scheduler.runDue();
        assertFalse(watch.cancelled());
        bench.awaitPing(watch);
        bench.pong(watch, 5);
        assertEquals(1, bench.authority.watches().size());
        assertNull(bench.state.held(OTHER_ORGANIZATION));
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
    }

    @Test
    void whatNobodyAskedForAndIsNotToBeHadIsNotRemembered() {
        FakeAuthority.Watch watch = bench.current(5);
        int waiting = bench.scheduler.waiting().size();
        for (int i = 0; i < 100; i++) {
            watch.notWatched("org_" + i);
        }
        watch.notWatched(ORGANIZATION);
        bench.scheduler.runDue();
        assertEquals(waiting, bench.scheduler.waiting().size());
        bench.change(watch, FIRST, 6, 5);
        assertEquals(Indexes.of(1), bench.organization().revoked());
    }

    @Test
    void noMoreIsReadThanIsDealtWith() {
        FakeAuthority.Watch watch = bench.current(5);
        for (int i = 0; i < 1_000; i++) {
            watch.notWatched(OTHER_ORGANIZATION);
        }
        assertTrue(bench.scheduler.waiting().size() < 20, () -> bench.scheduler.waiting() + " wait");
        bench.change(watch, FIRST, 6, 5);
        assertEquals(Indexes.of(1), bench.organization().revoked());
    }

    @Test
    void aHeadBelowWhatIsHeldConfirmsNothingAndCostsNothing() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.change(watch, FIRST, 6, 5);
        bench.awaitPing(watch);
        Duration before = bench.age(bench.installation().freshness());
        bench.pong(watch, 5);
        assertEquals(before, bench.age(bench.installation().freshness()));
        assertEquals(1, bench.timesCurrent);
        assertEquals(Indexes.of(1), bench.organization().revoked());
    }

    @Test
    void aPongThatAChangeOvertookConfirmsNothingOfItsPart() {
        FakeAuthority.Watch watch = bench.current(5);
        TrustPart before = watch.told().get(ORGANIZATION);
        TrustPart installation = watch.told().get(TrustPart.INSTALLATION);
        bench.awaitPing(watch);
        Duration age = bench.age(bench.organization().freshness());
        bench.change(watch, FIRST, 6, 5);
        watch.pong(FakeAuthority.LEDGER, watch.pings().get(1).getNonce(), 5, List.of(installation, before));
        bench.scheduler.runDue();
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
        assertEquals(age, bench.age(bench.organization().freshness()));
        assertEquals(List.of(), FeedBench.loads(watch), "it has more than the pong tells of, and lacks nothing");
        assertEquals(1, bench.timesCurrent);
    }

    @Test
    void aPartThatIsNotWhatTheAuthorityHasIsAskedForAndAgesMeanwhile() {
        FakeAuthority.Watch watch = bench.current(5);
        watch.told()
                .put(ORGANIZATION, TestTrust.organization(5, Freshness.NEVER).after(FIRST, 5));
        bench.awaitPing(watch);
        Duration age = bench.age(bench.organization().freshness());
        bench.pong(watch, 5);
        assertEquals(List.of(ORGANIZATION), FeedBench.loads(watch));
        assertEquals(age, bench.age(bench.organization().freshness()));
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));

        bench.awaitPing(watch);
        bench.pong(watch, 5);
        assertEquals(List.of(ORGANIZATION), FeedBench.loads(watch), "it is asked for once");
        watch.snapshot(watch.told().get(ORGANIZATION));
        bench.scheduler.runDue();
        bench.pong(watch, 5);
        assertEquals(Indexes.of(1), bench.organization().revoked());
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
        assertEquals(2, bench.timesCurrent);
    }

    @Test
    void aPartThatThePongDoesNotListIsNotConfirmed() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        Duration age = bench.age(bench.organization().freshness());
        watch.pong(
                FakeAuthority.LEDGER,
                watch.pings().get(1).getNonce(),
                5,
                List.of(watch.told().get(TrustPart.INSTALLATION)));
        bench.scheduler.runDue();
        assertEquals(age, bench.age(bench.organization().freshness()));
        assertEquals(1, bench.timesCurrent);
    }

    @Test
    void aSnapshotInManyPiecesIsHeldOnceItIsWhole() {
        Random random = new Random(7);
        OrganizationTrust large = TestTrust.organization(4, Freshness.NEVER)
                .after(
                        new TrustChange.Revoked(
                                Indexes.of(random.ints(200_000, 0, 2_000_000).toArray())),
                        5);
        FakeAuthority.Watch watch = bench.started();
        watch.snapshot(TestTrust.installation(5, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
        List<SnapshotChunk> pieces =
                SnapshotPieces.cut(ORGANIZATION, new TrustCodec(new VerificationKeys()).encode(large));
        assertTrue(pieces.size() > 2);
        for (SnapshotChunk piece : pieces) {
            assertNull(bench.state.held(ORGANIZATION));
            watch.piece(FakeAuthority.LEDGER, piece);
            bench.scheduler.runDue();
        }
        assertEquals(large, bench.state.held(ORGANIZATION));
    }

    @Test
    void aPartThatCameBehindThePongIsAskedAboutAtOnce() {
        FakeAuthority.Watch watch = bench.started();
        watch.snapshot(TestTrust.installation(5, Freshness.NEVER));
        bench.pong(watch, 5);
        assertEquals(1, watch.pings().size());
        watch.snapshot(TestTrust.organization(5, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(2, watch.pings().size());
        bench.pong(watch, 5);
        assertEquals(Duration.ZERO, bench.age(bench.organization().freshness()));
    }

    @Test
    void aPongOfAnotherLedgerConfirmsNothing() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        Duration before = bench.age(bench.installation().freshness());
        assertTrue(before.toMillis() > 0);
        watch.pong("ledger-2", watch.pings().get(1).getNonce(), 500);
        bench.scheduler.runDue();
        assertEquals(1, bench.timesCurrent);
        assertEquals(before, bench.age(bench.installation().freshness()));
    }

    @Test
    void anotherLedgerBeginsFromNothing() {
        FakeAuthority.Watch watch = bench.current(500);
        bench.awaitPing(watch);
        watch.snapshot("ledger-2", TestTrust.installation(5, Freshness.NEVER));
        bench.scheduler.runDue();
        assertEquals(Map.of("", 5L), bench.state.revisions());
        assertNull(bench.state.organization(ORGANIZATION));
        assertEquals(Freshness.NEVER, bench.installation().freshness());

        watch.pong("ledger-2", watch.pings().get(1).getNonce(), 5);
        bench.scheduler.runDue();
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
    }

    @Test
    void aPongThatNobodyAskedForConfirmsNothing() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.scheduler.advance(Duration.ofMillis(500));
        watch.pong(FakeAuthority.LEDGER, ByteString.copyFromUtf8("sixteen bytes..."), 5);
        // And one that was answered already.
        bench.pong(watch, 5);
        assertEquals(1, watch.pings().size());
        assertEquals(Duration.ofMillis(500), bench.age(bench.installation().freshness()));
        assertEquals(1, bench.timesCurrent);
    }

    @Test
    void aLatePongDoesNotMakeTheStateOlder() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.awaitPing(watch);
        List<Ping> pings = watch.pings();
        watch.pong(pings.get(2), 5);
        watch.pong(pings.get(1), 5);
        bench.scheduler.runDue();
        assertEquals(Duration.ZERO, bench.age(bench.installation().freshness()));
    }

    @Test
    void pingsGoOutAboutTenTimesWithinTheMaximumStaleness() {
        FakeAuthority.Watch watch = bench.current(5);
        bench.awaitPing(watch);
        bench.pong(watch, 5);
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            pauses.add(pauseBeforePing(watch, Duration.ofSeconds(6)));
        }
        assertTrue(pauses.size() > 40, "pings of many verifiers do not come in step");
    }

    @Test
    void pingsFollowThePolicyAndAStricterBoundOfTheVerifiers() throws IOException {
        FakeAuthority.Watch watch = bench.current(5);
        watch.change(
                TrustPart.INSTALLATION, new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(20))), 6, 5);
        bench.awaitPing(watch);
        bench.pong(watch, 6);
        pauseBeforePing(watch, Duration.ofSeconds(2));

        Subscription strict = new Subscription(Set.of(), false, Duration.ofSeconds(3), "1", "1");
        try (FeedBench other = new FeedBench(strict, new Random(1))) {
            FakeAuthority.Watch close = other.current(5);
            int before = close.pings().size();
            other.scheduler.advance(Duration.ofMillis(361));
            assertEquals(before + 1, close.pings().size());
        }
    }

    @Test
    void aTokenIsNeverPrinted() {
        assertFalse(new BearerToken("s3cr3t").toString().contains("s3cr3t"));
    }

    private Duration pauseBeforePing(FakeAuthority.Watch watch, Duration about) {
        long before = bench.fake.elapsedNanos();
        bench.awaitPing(watch);
        Duration pause = Duration.ofNanos(bench.fake.elapsedNanos() - before);
        bench.pong(watch, 6);
        long low = about.toNanos() * 8 / 10;
        long high = about.toNanos() * 12 / 10;
        assertTrue(pause.toNanos() >= low && pause.toNanos() <= high, "pinged after " + pause);
        return pause;
    }
}
