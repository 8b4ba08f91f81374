package dev.signet.authority.feed;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.grpc.CallerGate;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.verifier.token.Algorithm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Authorities over one PostgreSQL, each with a folder of its own, as on a machine of its own. */
final class Replicas implements AutoCloseable {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.database();
    private final FakeClock clock = new FakeClock();
    private final List<Served> all = new ArrayList<>();
    private final Path folder;

    Replicas(Path folder) {
        this.folder = folder;
    }

    /** An authority to which verifiers connect. */
    record Served(TestAuthority authority, TrustGrpc trust, InProcess port) {
        private static Served of(TestAuthority authority) {
            TrustGrpc trust = InProcess.trust(authority, CallerGate::call);
            return new Served(authority, trust, new InProcess(authority, List.of(trust)));
        }

        void exchange() {
            trust.exchange(authority.replica());
        }

        private void close() {
            port.close();
            authority.close();
        }
    }

    Served start() {
        AuthorityConfig config = TestAuthority.config(
                folder.resolve("" + all.size()),
                new KeysConfig(null, MASTER, Algorithm.ES256, Duration.ofHours(1), null),
                Duration.ofSeconds(60));
        Served served = Served.of(TestAuthority.open(TestAuthority.over(config, database), clock, 100 + all.size()));
        all.add(served);
        return served;
    }

    FakeClock clock() {
        return clock;
    }

    /** Has each tell the others who watches there, and ask them. */
    void exchange() {
        all.forEach(Served::exchange);
    }

    void execute(String sql) {
        server.execute(database, sql);
    }

    long ask(String sql) {
        return server.ask(database, sql);
    }

    /** Ends one with all its streams. */
    void end(Served served) {
        all.remove(served);
        served.close();
    }

    @Override
    public void close() {
        all.forEach(Served::close);
        server.drop(database);
    }
}
