package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.authority.store.StoreConfig;
import dev.signet.authority.tokens.ManyTokens;
import dev.signet.authority.tokens.Tokens;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.v1.Propagation;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A ledger with many tokens moves to PostgreSQL, once killed on the way, while two sidecars go on deciding:
 * nothing that is good is ever rejected, and nothing that was revoked accepted.
 */
@Timeout(300)
final class PostgresMigrateIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** {@code JAVA_TOOL_OPTIONS=-Dsignet.tokens=100000} for more. */
    private static final int TOKENS = Integer.getInteger("signet.tokens", 10_000);

    /** Longer than the move takes on a machine that does much else. */
    private static final String[] STALENESS = {"--maximum-staleness", "10m"};

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private Path folder;

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.emptyDatabase();
    private ResourcePath organization;
    private String owner = "";

    @AfterEach
    void drop() {
        SecretWatch.searchFolder(server.folder());
        server.drop(database);
    }

    /** What an authority that is started from the command line finds in its folder. */
    private ManyTokens fill() {
        FakeClock clock = new FakeClock();
        clock.advance(Duration.between(clock.instant(), Instant.now()));
        AuthorityConfig like = TestAuthority.config(folder.resolve("data"), KeysConfig.of(null, null));
        AuthorityConfig config = new AuthorityConfig(
                new StoreConfig(folder.resolve("data")),
                like.keys(),
                new TokensConfig("https://signet.local", List.of(TestAuthority.AUDIENCE)),
                like.feed(),
                like.grpc(),
                like.http(),
                like.limits());
        try (TestAuthority authority = TestAuthority.open(config, clock, 5)) {
            organization = authority.organization();
            owner = authority
                    .issue(authority.platform(), organization, "ORGANIZATION_OWNER")
                    .value();
            return ManyTokens.issue(authority, organization, TOKENS);
        }
    }

    @Test
    void verifiersGoOnAsIfNothingHadHappened() {
        ManyTokens tokens = fill();
        int second = Processes.freePort();
        try (Cluster cluster = new Cluster(PROCESSES, folder, STALENESS);
                Verifier other = Verifier.at(second)) {
            cluster.startAuthority();
            cluster.startSidecar();
            Running sidecar = PROCESSES.start(
                    Map.of("ASTRO_API_TOKEN", cluster.platformToken()),
                    "sidecar",
                    "--authority",
                    "127.0.0.1:" + cluster.authorityPort(),
                    "--listen",
                    "127.0.0.1:" + second,
                    "--socket",
                    folder.resolve("other.sock").toString(),
                    "--all-organizations",
                    "--exit-with-parent");
            cluster.awaitSidecar();
            Await.until("the other sidecar serves", PATIENCE, other::isServing, sidecar::text);

            List<Verifier> sidecars = List.of(cluster.verifier(), other);
            try (SteadyChecks checks = new SteadyChecks(tokens, sidecars)) {
                Await.until("asked before", PATIENCE, () -> checks.count().refused() > 20, () -> checks.wrong() + "");
                Processes.Run early = Processes.run(Map.of(), migrate());
                assertEquals(1, early.exitCode());
                assertTrue(early.err().contains("another process"), early.err());

                cluster.authority().terminate();
                SteadyChecks.Count stopped = checks.count();
                killedOnTheWay();
                Processes.Run moved = Processes.run(Map.of(), migrate());
                assertEquals(0, moved.exitCode(), moved.err());
                assertTrue(moved.err().contains("is there already"), moved.err());
                SteadyChecks.Count arrived = checks.count();
                assertTrue(arrived.since(stopped).refused() > 0, arrived::toString);
                refusesTheFolder();
                cluster.startAuthority(flags());
                SteadyChecks.Count started = checks.count();
                Await.until(
                        "asked after",
                        PATIENCE,
                        () -> checks.count().since(started).refused() > 20,
                        () -> checks.wrong() + "");
                assertEquals(List.of(), checks.wrong());
                System.out.println("before " + stopped + ", without an authority " + started.since(stopped)
                        + ", in all " + checks.count());
            }
            assertEquals(TOKENS - TOKENS / 100 + 1L, server.ask(database, "SELECT COUNT(*) FROM api_token"));
            revokesThere(cluster, tokens.good().get(0), sidecars);
            for (Running each : List.of(cluster.sidecar(), sidecar)) {
                assertFalse(each.text().contains("went back"), each::text);
                each.terminate();
            }
            cluster.authority().terminate();
        }
    }

    /** With SIGKILL, while the largest table is copied. */
    private void killedOnTheWay() {
        Running killed = PROCESSES.start(Map.of(), migrate());
        Await.until("tables are copied", PATIENCE, () -> killed.text().contains("deployment"), killed::text);
        killed.kill();
        assertFalse(killed.text().contains("api_token"), killed::text);
    }

    private void refusesTheFolder() {
        Processes.Run former = Processes.run(
                Map.of(), "serve", "--data", folder.resolve("data").toString(), "--listen", "127.0.0.1:0");
        assertEquals(1, former.exitCode());
        assertTrue(former.err().contains("was moved to postgresql://"), former.err());
    }

    private void revokesThere(Cluster cluster, Tokens.WithValue token, List<Verifier> sidecars) {
        try (Client client = cluster.client(owner)) {
            Propagation told = client.deleteToken(
                    organization.name() + "/tokens/" + token.token().id(), Duration.ofSeconds(1));
            assertTrue(told.getRevision() > 0, told::toString);
            for (Verifier each : sidecars) {
                // It may be between two attempts to connect.
                Await.until(
                        "a sidecar follows",
                        PATIENCE,
                        () -> each.verdict(token.value()).equals("REVOKED"));
            }
        }
    }

    private String[] flags() {
        return server.flags(database).toArray(String[]::new);
    }

    private String[] migrate() {
        List<String> arguments = new ArrayList<>(List.of(
                "migrate",
                "--from",
                "h2",
                "--to",
                "postgres",
                "--data",
                folder.resolve("data").toString()));
        arguments.addAll(List.of(flags()));
        return arguments.toArray(String[]::new);
    }
}
