package dev.signet.authority.grpc;

import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** PostgreSQL minds some texts that the embedded store does not. */
final class PostgresJunkRequestsTest extends JunkRequestsContract {
    private final PostgresConfig database = PostgresServer.running().database();

    @Override
    TestAuthority open(Path data) {
        return TestAuthority.open(TestAuthority.over(TestAuthority.config(data), database), new FakeClock(), 5);
    }

    @AfterEach
    void drop() {
        PostgresServer.running().drop(database);
    }
}
