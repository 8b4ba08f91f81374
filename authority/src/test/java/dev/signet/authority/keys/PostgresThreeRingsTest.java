package dev.signet.authority.keys;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.IdGenerator;
import org.junit.jupiter.api.AfterEach;

/** The race over PostgreSQL, where it is one. */
final class PostgresThreeRingsTest extends ThreeRingsContract {
    private final PostgresConfig database = PostgresServer.running().database();

    @Override
    Ledger open(AuthorityConfig config, TrustCodec codec, IdGenerator ids) {
        return TestAuthority.ledger(TestAuthority.over(config, database), codec, ids);
    }

    @AfterEach
    void drop() {
        PostgresServer.running().drop(database);
    }
}
