package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.v1.CreateTokenResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The ledger moves to PostgreSQL while a sidecar goes on deciding, which rejects nothing that is good. */
final class PostgresMigrateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int TOKENS = 200;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.emptyDatabase();

    @AfterEach
    void drop() {
        server.drop(database);
    }

    @Test
    void verifiersGoOnAsIfNothingHadHappened() {
        String data = folder.resolve("data").toString();
        String[] flags = server.flags(database).toArray(String[]::new);
        try (Cluster cluster = new Cluster(PROCESSES, folder)) {
            cluster.startAuthority();
            cluster.startSidecar();
            cluster.awaitSidecar();
            Cluster.Tenant tenant = cluster.newTenant("Moving");
            List<CreateTokenResponse> tokens = new ArrayList<>();
            try (Client owner = cluster.client(tenant.owner())) {
                for (int i = 0; i < TOKENS; i++) {
                    tokens.add(owner.createToken(tenant.deployment(), "DEPLOYMENT_ADMIN", "token " + i));
                }
                owner.deleteToken(tokens.get(0).getToken().getName(), PATIENCE);
            }
            Processes.Run early = Processes.run(Map.of(), migrate(data, flags));
            assertEquals(1, early.exitCode());
            assertTrue(early.err().contains("another process"), early.err());

            cluster.authority().terminate();
            Processes.Run moved = Processes.run(Map.of(), migrate(data, flags));
            assertEquals(0, moved.exitCode(), moved.err());
            Processes.Run former = Processes.run(Map.of(), "serve", "--data", data, "--listen", "127.0.0.1:0");
            assertEquals(1, former.exitCode());
            assertTrue(former.err().contains("was moved to postgresql://"), former.err());
            cluster.startAuthority(flags);

            for (int i = 1; i < TOKENS; i++) {
                assertEquals(Verifier.ACCEPTED, cluster.verdict(tokens.get(i).getValue()));
            }
            assertEquals("REVOKED", cluster.verdict(tokens.get(0).getValue()));
            try (Client owner = cluster.client(tenant.owner())) {
                assertEquals(TOKENS, owner.listTokens(tenant.organization()).size());
                owner.deleteToken(tokens.get(1).getToken().getName(), PATIENCE);
                Await.until(
                        "the sidecar follows",
                        PATIENCE,
                        () -> cluster.verdict(tokens.get(1).getValue()).equals("REVOKED"));
            }
            assertTrue(
                    !cluster.sidecar().text().contains("went back"),
                    cluster.sidecar().text());
            cluster.sidecar().terminate();
            cluster.authority().terminate();
        }
    }

    private static String[] migrate(String data, String[] flags) {
        List<String> arguments =
                new ArrayList<>(List.of("migrate", "--from", "h2", "--to", "postgres", "--data", data));
        arguments.addAll(List.of(flags));
        return arguments.toArray(String[]::new);
    }
}
