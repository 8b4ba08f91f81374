package dev.signet.authority;

import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** The race where both really write at once. */
final class PostgresRevokedCallerRaceTest extends RevokedCallerRaceTest {
    private final PostgresConfig database = PostgresServer.running().database();

    @Override
    TestAuthority open(Path data) {
        return TestAuthority.open(TestAuthority.over(TestAuthority.config(data), database), new FakeClock(), 5);
    }

    @Override
    int rounds() {
        return 100;
    }

    @AfterEach
    void drop() {
        PostgresServer.running().drop(database);
    }
}
