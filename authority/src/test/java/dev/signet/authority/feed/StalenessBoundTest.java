package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By when a change is certain, where the maximum staleness was not always what it is. */
final class StalenessBoundTest {
    private static final Instant START = FakeClock.START;

    @TempDir
    private Path data;

    private TestAuthority authority;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private void announce(long seconds) {
        authority.ledger().write(tx -> {
            tx.announce(
                    TrustPart.INSTALLATION,
                    new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofSeconds(seconds))));
            return tx;
        });
    }

    /** When a change is certain that was committed so long after the start. */
    private Duration certain(TrustPublisher publisher, long committedAfter) {
        Instant committed = START.plusSeconds(committedAfter);
        CommittedChange change = new CommittedChange(TrustPart.INSTALLATION, 1, committed, committed);
        return Duration.between(
                START, publisher.awaitPropagation(change, Duration.ZERO).join().certainBy());
    }

    private Duration certain(long committedAfter) {
        return certain(authority.publisher(), committedAfter);
    }

    @Test
    void whereItWasLoweredTheLargerOneMayBeInForceForItsOwnLength() {
        authority.clock().advance(Duration.ofSeconds(100));
        announce(5);
        assertEquals(Duration.ofSeconds(160), certain(100));
        assertEquals(Duration.ofSeconds(160), certain(155));
        assertEquals(Duration.ofSeconds(161), certain(156));
    }

    @Test
    void ofSeveralThatWereLoweredTheLastToGoCounts() {
        authority.clock().advance(Duration.ofSeconds(100));
        announce(5);
        authority.clock().advance(Duration.ofSeconds(10));
        announce(4);
        assertEquals(Duration.ofSeconds(160), certain(110));
        assertEquals(Duration.ofSeconds(161), certain(157));
    }

    @Test
    void whereItWasRaisedTheLargerOneCounts() {
        authority.clock().advance(Duration.ofSeconds(100));
        announce(300);
        assertEquals(Duration.ofSeconds(400), certain(100));
        assertEquals(Duration.ofSeconds(401), certain(101));
    }

    @Test
    void afterARestartAnyThatWasEverInForceMayHaveBeenUntilThen() {
        announce(300);
        announce(5);
        authority.clock().advance(Duration.ofSeconds(1000));
        TrustPublisher restarted = new TrustPublisher(
                authority.unpublished(),
                authority.codec(),
                authority.feedSigner(),
                authority.clock(),
                TrustPublisher.newThread());
        try {
            assertEquals(Duration.ofSeconds(1300), certain(restarted, 1000));
            assertEquals(Duration.ofSeconds(1301), certain(restarted, 1296));
        } finally {
            restarted.close();
        }
    }

    @Test
    void whatIsToHoldLaterIsCertainNoSooner() {
        TrustPublisher publisher = authority.publisher();
        for (long later : new long[] {0, 59, 60, 61, 3600}) {
            CommittedChange change = new CommittedChange(TrustPart.INSTALLATION, 1, START, START.plusSeconds(later));
            assertEquals(
                    START.plusSeconds(Math.max(60, later)),
                    publisher.awaitPropagation(change, Duration.ZERO).join().certainBy());
        }
    }
}
