package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.TestAuthority;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By when a change is certain, where an audience has, or had, a maximum staleness of its own. */
final class AudienceCertaintyTest {
    @TempDir
    private Path data;

    private TestAuthority authority;

    /** An hour after the start, of which nothing is left. */
    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        authority.clock().advance(Duration.ofHours(1));
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private void announce(long seconds, Map<String, Long> audiences) {
        Map<String, Duration> larger = new LinkedHashMap<>();
        audiences.forEach((audience, staleness) -> larger.put(audience, Duration.ofSeconds(staleness)));
        authority.ledger().write(tx -> {
            tx.announce(
                    TrustPart.INSTALLATION,
                    new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(seconds), larger)));
            return tx;
        });
    }

    private Propagation propagation(TrustPublisher publisher) {
        Instant now = authority.clock().instant();
        return publisher
                .awaitPropagation(new CommittedChange(TrustPart.INSTALLATION, 1, now, now), Duration.ZERO)
                .join();
    }

    /** For how many seconds from now a change of now is not certain: of all, and of each audience. */
    private void assertCertainIn(TrustPublisher publisher, long ofAll, Map<String, Long> audiences) {
        Propagation propagation = propagation(publisher);
        Instant now = authority.clock().instant();
        assertEquals(now.plusSeconds(ofAll), propagation.certainBy());
        assertEquals(Duration.ofSeconds(ofAll), propagation.certainIn());
        Map<String, Long> told = new LinkedHashMap<>();
        for (Propagation.AudienceCertainty audience : propagation.audiences()) {
            assertEquals(now.plus(audience.certainIn()), audience.certainBy());
            told.put(audience.audience(), audience.certainIn().toSeconds());
        }
        assertEquals(audiences, told);
        assertEquals(audiences.keySet().stream().sorted().toList(), List.copyOf(told.keySet()), "in their order");
    }

    private void assertCertainIn(long ofAll, Map<String, Long> audiences) {
        assertCertainIn(authority.publisher(), ofAll, audiences);
    }

    @Test
    void nothingIsSaidOfAudiencesThatAreAlike() {
        assertCertainIn(60, Map.of());
    }

    @Test
    void eachAudienceHasItsOwnMomentAndTheLatestIsThatOfAll() {
        announce(5, Map.of("batch", 300L, "report", 100L));
        // The 60 s from before are in force for their length.
        assertCertainIn(300, Map.of("", 60L, "batch", 300L, "report", 100L));
        authority.clock().advance(Duration.ofSeconds(58));
        assertCertainIn(300, Map.of("", 5L, "batch", 300L, "report", 100L));
    }

    @Test
    void anAudienceThatIsNamedNoMoreMayGoByItsOwnForThatLong() {
        announce(5, Map.of("batch", 300L, "report", 100L));
        authority.clock().advance(Duration.ofHours(1));
        announce(5, Map.of("report", 100L));
        assertCertainIn(300, Map.of("", 5L, "batch", 300L, "report", 100L));
        authority.clock().advance(Duration.ofSeconds(250));
        assertCertainIn(100, Map.of("", 5L, "batch", 50L, "report", 100L));
        authority.clock().advance(Duration.ofSeconds(46));
        assertCertainIn(100, Map.of("", 5L, "report", 100L));
    }

    @Test
    void aLowerOneOfAnAudienceCountsOnceTheHigherCannotBeInForce() {
        announce(5, Map.of("batch", 300L));
        authority.clock().advance(Duration.ofHours(1));
        announce(5, Map.of("batch", 20L));
        authority.clock().advance(Duration.ofSeconds(200));
        assertCertainIn(100, Map.of("", 5L, "batch", 100L));
        authority.clock().advance(Duration.ofSeconds(90));
        assertCertainIn(20, Map.of("", 5L, "batch", 20L));
    }

    @Test
    void afterARestartEachThatWasEverInForceMayHaveBeenUntilThen() {
        announce(5, Map.of("batch", 300L));
        announce(90, Map.of("report", 100L));
        announce(5, Map.of());
        authority.clock().advance(Duration.ofHours(1));
        assertCertainIn(5, Map.of());
        TrustPublisher restarted = new TrustPublisher(
                authority.unpublished(),
                authority.codec(),
                authority.feedSigner(),
                authority.clock(),
                TrustPublisher.newThread());
        try {
            assertCertainIn(restarted, 300, Map.of("", 90L, "batch", 300L, "report", 100L));
            authority.clock().advance(Duration.ofSeconds(97));
            assertCertainIn(restarted, 203, Map.of("", 5L, "batch", 203L));
            authority.clock().advance(Duration.ofSeconds(200));
            assertCertainIn(restarted, 5, Map.of());
        } finally {
            restarted.close();
        }
    }

    @Test
    void whatIsToHoldLaterIsCertainNoSoonerForAnyAudience() {
        announce(5, Map.of("batch", 300L));
        authority.clock().advance(Duration.ofHours(1));
        Instant now = authority.clock().instant();
        Propagation propagation = authority
                .publisher()
                .awaitPropagation(
                        new CommittedChange(TrustPart.INSTALLATION, 1, now, now.plusSeconds(100)), Duration.ZERO)
                .join();
        assertEquals(now.plusSeconds(300), propagation.certainBy());
        assertEquals(
                List.of(
                        new Propagation.AudienceCertainty("", now.plusSeconds(100), Duration.ofSeconds(100)),
                        new Propagation.AudienceCertainty("batch", now.plusSeconds(300), Duration.ofMinutes(5))),
                propagation.audiences());
    }

    @Test
    void theLargestEverIsThatOfTheAudienceThatHadIt() {
        assertEquals(Duration.ofMinutes(1), largest().ofAll());
        announce(5, Map.of("batch", 300L, "report", 6L));
        announce(7, Map.of("batch", 8L));
        LargestStaleness largest = largest();
        assertEquals(Duration.ofMinutes(5), largest.ofAll());
        assertEquals(Duration.ofMinutes(1), largest.others());
        assertEquals(Map.of("batch", Duration.ofMinutes(5), "report", Duration.ofMinutes(1)), largest.audiences());
        assertEquals(Duration.ZERO, LargestStaleness.NONE.ofAll());
    }

    private LargestStaleness largest() {
        return authority.unpublished().read(LedgerTrust::largestStaleness);
    }
}
