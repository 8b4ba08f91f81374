package dev.signet.authority.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may show credentials that nobody knows. */
final class FailedAttemptsTest {
    private static final String ADDRESS = "203.0.113.7";

    private final FakeNanos nanos = new FakeNanos();
    private final FailedAttempts attempts = new FailedAttempts(6, nanos);

    private void fail(String address, int times) {
        for (int time = 0; time < times; time++) {
            attempts.failed(address);
        }
    }

    private Refusal refused(String address) {
        return assertThrows(Refusal.class, () -> attempts.require(address));
    }

    @Test
    void someMayFail() {
        fail(ADDRESS, 5);
        attempts.require(ADDRESS);
        fail(ADDRESS, 1);
        Refusal refusal = refused(ADDRESS);
        assertEquals(Refusal.Code.RESOURCE_EXHAUSTED, refusal.code());
        assertEquals("TOO_MANY_FAILED_ATTEMPTS", refusal.reason());
        assertEquals(Duration.ofSeconds(10), refusal.retryAfter());
    }

    @Test
    void thatIsForgottenInTime() {
        fail(ADDRESS, 1_000);
        nanos.advance(Duration.ofSeconds(10));
        attempts.require(ADDRESS);
        fail(ADDRESS, 1);
        refused(ADDRESS);
        nanos.advance(Duration.ofMinutes(1));
        fail(ADDRESS, 5);
        attempts.require(ADDRESS);
    }

    @Test
    void othersAreNotKeptOut() {
        fail(ADDRESS, 6);
        attempts.require("203.0.113.8");
    }

    @Test
    void anIpv6NetworkIsOne() {
        fail("2001:db8:1:2::1", 3);
        fail("2001:db8:1:2:ffff::2", 3);
        refused("2001:db8:1:2:3:4:5:6");
        attempts.require("2001:db8:1:3::1");
    }

    @Test
    void anAddressIsTheSameHoweverItIsWritten() {
        assertEquals(FailedAttempts.network("203.0.113.7"), FailedAttempts.network("::ffff:203.0.113.7"));
        assertEquals(FailedAttempts.network("2001:db8::1"), FailedAttempts.network("2001:0DB8:0:0:9::1%eth0"));
        assertNotEquals(FailedAttempts.network("2001:db8::1"), FailedAttempts.network("2001:db9::1"));
    }

    /** Everybody behind a gateway on this machine has that one address. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "local", "", "some.host.example"})
    void nothingIsCountedWhereAllHaveOneAddress(String address) {
        fail(address, 1_000);
        attempts.require(address);
    }

    @Test
    void withoutALimitThereIsNone() {
        FailedAttempts any = new FailedAttempts(LimitsConfig.NONE, nanos);
        for (int time = 0; time < 1_000; time++) {
            any.failed(ADDRESS);
        }
        any.require(ADDRESS);
    }
}
