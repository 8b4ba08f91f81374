package dev.signet.verifier.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.FakeClocks;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FreshnessTest {
    private final FakeClocks fake = new FakeClocks();
    private final Clocks clocks = fake.clocks();

    @Test
    void ageGrowsWithTime() {
        Freshness sent = Freshness.now(clocks);
        assertEquals(0, sent.ageNanos(clocks.now()));
        fake.advance(Duration.ofSeconds(20));
        assertEquals(Duration.ofSeconds(20).toNanos(), sent.ageNanos(clocks.now()));
    }

    @Test
    void monotonicTimeMayWrapAround() {
        Freshness sent = Freshness.now(clocks);
        fake.advance(Duration.ofMinutes(1));
        assertTrue(fake.elapsedNanos() < 0, "the fake starts just before the wrap");
        assertEquals(Duration.ofMinutes(1).toNanos(), sent.ageNanos(clocks.now()));
    }

    @Test
    void aTimeOfDaySetBackHidesNoAge() {
        Freshness sent = Freshness.now(clocks);
        fake.advance(Duration.ofSeconds(30));
        fake.jumpWall(Duration.ofDays(-1));
        assertEquals(Duration.ofSeconds(30).toNanos(), sent.ageNanos(clocks.now()));
    }

    @Test
    void aTimeOfDaySetForwardCountsAsAge() {
        Freshness sent = Freshness.now(clocks);
        fake.jumpWall(Duration.ofHours(1));
        assertEquals(Duration.ofHours(1).toNanos(), sent.ageNanos(clocks.now()));
    }

    @Test
    void aMonotonicClockThatStoodStillDuringSuspensionHidesNoAge() {
        Freshness sent = Freshness.now(clocks);
        fake.advance(Duration.ofSeconds(1));
        fake.jumpWall(Duration.ofMinutes(10));
        assertEquals(Duration.ofSeconds(601).toNanos(), sent.ageNanos(clocks.now()));
    }

    @Test
    void ageIsNeverNegative() {
        Freshness sent = Freshness.now(clocks);
        fake.jumpElapsed(Duration.ofSeconds(-5));
        fake.jumpWall(Duration.ofSeconds(-5));
        assertEquals(0, sent.ageNanos(clocks.now()));
    }

    @Test
    void withoutAnAnswerTheTimeIsTheClocksOwn() {
        Freshness.Measured sent = Freshness.now(clocks);
        fake.advance(Duration.ofSeconds(3));
        assertEquals(fake.wallMillis(), sent.nowMillis(clocks.now()));
        fake.jumpWall(Duration.ofDays(-2));
        assertEquals(fake.wallMillis(), sent.nowMillis(clocks.now()));
    }

    @Test
    void theLaterOfBothTimesOfDayIsNow() {
        long authority = fake.wallMillis() + 10_000;
        Freshness ahead = Freshness.now(clocks).answered(authority);
        assertEquals(authority, ahead.nowMillis(clocks.now()));
        fake.advance(Duration.ofSeconds(7));
        assertEquals(authority + 7_000, ahead.nowMillis(clocks.now()));

        Freshness behind = Freshness.now(clocks).answered(fake.wallMillis() - 10_000);
        assertEquals(fake.wallMillis(), behind.nowMillis(clocks.now()));
    }

    @Test
    void aTimeOfDaySetBackRevivesNothingThatHadExpiredByTheAuthoritysClock() {
        Freshness fresh = Freshness.now(clocks).answered(fake.wallMillis());
        fake.advance(Duration.ofSeconds(30));
        long before = fresh.nowMillis(clocks.now());
        fake.jumpWall(Duration.ofDays(-1));
        assertEquals(before, fresh.nowMillis(clocks.now()));
    }

    @Test
    void aMonotonicClockThatStoodStillDuringSuspensionRevivesNothing() {
        fake.jumpWall(Duration.ofHours(-1));
        long authority = fake.wallMillis() + Duration.ofHours(1).toMillis();
        Freshness fresh = Freshness.now(clocks).answered(authority);
        fake.advance(Duration.ofSeconds(1));
        fake.jumpWall(Duration.ofMinutes(10));
        assertEquals(authority + Duration.ofSeconds(601).toMillis(), fresh.nowMillis(clocks.now()));
    }

    @Test
    void aMonotonicClockThatWentBackTakesNothingFromTheAuthoritysTime() {
        long authority = fake.wallMillis() + 10_000;
        Freshness fresh = Freshness.now(clocks).answered(authority);
        fake.jumpElapsed(Duration.ofSeconds(-5));
        assertEquals(authority, fresh.nowMillis(clocks.now()));
    }

    @Test
    void anAnswerKeepsTheMomentOfSending() {
        Freshness.Measured sent = Freshness.now(clocks);
        fake.advance(Duration.ofSeconds(4));
        assertEquals(
                Duration.ofSeconds(4).toNanos(),
                sent.answered(fake.wallMillis()).ageNanos(clocks.now()));
    }

    @Test
    void theSmallerOfThenAndNowIsTheBound() {
        TrustPolicy small = new TrustPolicy(Duration.ofSeconds(1), Map.of("a", Duration.ofSeconds(9)));
        TrustPolicy large = new TrustPolicy(Duration.ofSeconds(5), Map.of("b", Duration.ofSeconds(7)));
        Freshness.Measured sent = Freshness.now(clocks);
        assertEquals(Duration.ofSeconds(9), sent.maximumStaleness(small, "a"));
        for (Freshness fresh :
                List.of(sent.under(small).answered(0), sent.answered(0).under(small))) {
            assertEquals(Duration.ofSeconds(5), fresh.maximumStaleness(large, "a"));
            assertEquals(Duration.ofSeconds(1), fresh.maximumStaleness(large, "b"));
            assertEquals(Duration.ofSeconds(1), fresh.maximumStaleness(large, "c"));
            assertEquals(Duration.ofSeconds(9), fresh.maximumStaleness(small, "a"));
        }
    }

    @Test
    void whatWasNeverConfirmedIsOlderThanAnyBound() {
        assertEquals(Long.MAX_VALUE, Freshness.NEVER.ageNanos(clocks.now()));
        assertEquals(fake.wallMillis(), Freshness.NEVER.nowMillis(clocks.now()));
    }

    @Test
    void inTheAuthorityItselfNothingAges() {
        fake.advance(Duration.ofDays(400));
        assertEquals(0, Freshness.AUTHORITATIVE.ageNanos(clocks.now()));
        assertEquals(fake.wallMillis(), Freshness.AUTHORITATIVE.nowMillis(clocks.now()));
    }
}
