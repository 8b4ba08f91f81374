package dev.signet.authority.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What one credential may ask for, and what is kept for it to end things with. */
final class CallerRatesTest {
    private static final String CALLER = "tok_1";

    private final FakeNanos nanos = new FakeNanos();
    private final CallerRates rates = new CallerRates(RatesConfig.DEFAULT, nanos);

    /** How many of a kind go through now. */
    private int count(String subject, CallKind kind) {
        for (int count = 0; ; count++) {
            try {
                rates.count(subject, kind);
            } catch (Refusal refusal) {
                assertEquals(Refusal.Code.RESOURCE_EXHAUSTED, refusal.code());
                assertEquals("RATE_LIMITED", refusal.reason());
                return count;
            }
        }
    }

    private Duration wait(CallKind kind) {
        return assertThrows(Refusal.class, () -> rates.count(CALLER, kind)).retryAfter();
    }

    @Test
    void tenSecondsWorthMayComeAtOnceAndThenTheRate() {
        assertEquals(250, count(CALLER, CallKind.READ));
        nanos.advance(Duration.ofSeconds(1));
        assertEquals(25, count(CALLER, CallKind.READ));
        assertEquals(100, count(CALLER, CallKind.CHANGE));
        nanos.advance(Duration.ofSeconds(1));
        assertEquals(10, count(CALLER, CallKind.CHANGE));
        assertEquals(500, count(CALLER, CallKind.LOOKUP));
        nanos.advance(Duration.ofHours(1));
        assertEquals(250, count(CALLER, CallKind.READ));
    }

    @Test
    void whoeverIsRefusedIsToldWhenToCome() {
        count(CALLER, CallKind.CHANGE);
        Duration wait = wait(CallKind.CHANGE);
        assertEquals(Duration.ofMillis(100), wait);
        nanos.advance(wait.minusNanos(1));
        assertEquals(0, count(CALLER, CallKind.CHANGE));
        nanos.advance(Duration.ofNanos(1));
        assertEquals(1, count(CALLER, CallKind.CHANGE));
    }

    @Test
    void whoChangesTooMuchCanStillDelete() {
        assertEquals(100, count(CALLER, CallKind.CHANGE));
        assertEquals(50, count(CALLER, CallKind.DELETION));
    }

    @Test
    void deletesAlsoHaveWhatChangesLeaveOver() {
        assertEquals(150, count(CALLER, CallKind.DELETION));
        assertEquals(0, count(CALLER, CallKind.CHANGE));
    }

    @Test
    void rotationsHaveWhatDeletesLeaveOver() {
        assertEquals(100, count(CALLER, CallKind.CHANGE));
        assertEquals(50, count(CALLER, CallKind.ROTATION));
    }

    /** After something came out, whatever was done before. */
    @Test
    void nothingElseTakesWhatIsKeptForEmergencies() {
        count(CALLER, CallKind.DELETION);
        count(CALLER, CallKind.ROTATION);
        assertEquals(10, count(CALLER, CallKind.EMERGENCY));
        nanos.advance(Duration.ofSeconds(5));
        count(CALLER, CallKind.DELETION);
        assertEquals(1, count(CALLER, CallKind.EMERGENCY));
    }

    @Test
    void theFeedIsNotCounted() {
        for (int call = 0; call < 10_000; call++) {
            rates.count(CALLER, CallKind.FEED);
        }
    }

    @Test
    void nobodyPaysForAnother() {
        count(CALLER, CallKind.READ);
        assertEquals(250, count("tok_2", CallKind.READ));
    }

    @Test
    void withoutALimitThereIsNone() {
        CallerRates unlimited = new CallerRates(RatesConfig.UNLIMITED, nanos);
        for (int call = 0; call < 10_000; call++) {
            unlimited.count(CALLER, CallKind.CHANGE);
            unlimited.count(CALLER, CallKind.DELETION);
            unlimited.count(CALLER, CallKind.EMERGENCY);
        }
    }
}
