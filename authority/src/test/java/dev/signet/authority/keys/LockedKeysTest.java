package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.signet.authority.FakeClock;
import dev.signet.authority.NotedLocks;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LockedKeysTest {
    @TempDir
    private Path data;

    /** In this order, and before the store is asked who calls, which may end with one of the keys. */
    @Test
    void theOperatorsTokenAndAllKeysAreLockedBeforeAKeyIsTouched() {
        NotedLocks locks = new NotedLocks();
        FakeClock clock = new FakeClock();
        try (TestAuthority authority = TestAuthority.open(TestAuthority.config(data), clock, 1, locks)) {
            SigningKeys keys = authority.signingKeys();
            clock.advance(KeyHouse.KNOWN);
            String first = authority
                    .ledger()
                    .read(tx -> tx.keys().active())
                    .orElseThrow()
                    .id();
            Call operator = authority.platform();
            List<String> expected = List.of(operator.subject(), NotedLocks.KEYS);
            assertEquals(expected, locks.before(() -> keys.rotate(operator)));
            assertEquals(expected, locks.before(() -> keys.rekey(operator)));
            assertEquals(expected, locks.before(() -> keys.revoke(operator, first)));
        }
    }

    /** As it is asked every few seconds by every authority over a store. */
    @Test
    void whereNothingIsDueMaintenanceOnlyReads() {
        NotedLocks locks = new NotedLocks();
        FakeClock clock = new FakeClock();
        try (TestAuthority authority = TestAuthority.open(TestAuthority.config(data), clock, 1, locks)) {
            SigningKeys keys = authority.signingKeys();
            Runnable maintenance = keys::maintain;
            assertEquals(List.of(), locks.during(maintenance));
            // The second key retires, as it signed nothing; the first one signed the operator's token.
            for (int i = 0; i < 2; i++) {
                clock.advance(KeyHouse.KNOWN);
                keys.rotate(authority.platform());
                assertEquals(List.of(), locks.during(maintenance));
            }
            for (Duration time : List.of(Duration.ofHours(25), Duration.ofDays(8), Duration.ofDays(22))) {
                clock.advance(time);
                assertEquals(NotedLocks.KEYS, locks.during(maintenance).get(0), () -> "after " + time);
                assertEquals(List.of(), locks.during(maintenance), () -> "after " + time);
            }
        }
    }
}
