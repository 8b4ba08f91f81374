package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.AuthorityConfig;
import dev.signet.authority.FakeClock;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.Verdicts;
import dev.signet.authority.access.Call;
import dev.signet.authority.e2e.Await;
import dev.signet.authority.feed.Checkpoints;
import dev.signet.authority.feed.FeedChangeCodec;
import dev.signet.authority.feed.Forgetting;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An older authority and newer ones over one database, whose tables the newer ones change in two steps. */
@Timeout(120)
final class PostgresRollingUpgradeTest {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    private static final Migrations EXPANDED =
            Migrations.POSTGRES.and("classpath:dev/signet/authority/store/later/expand");
    private static final Migrations CONTRACTED = EXPANDED.and("classpath:dev/signet/authority/store/later/contract");
    /** After some, the driver has the server keep a statement with its plan. */
    private static final int UNTIL_PREPARED = 8;

    @TempDir
    private Path folder;

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.database();
    private final FakeClock clock = new FakeClock();
    private int started;

    @AfterEach
    void drop() {
        server.drop(database);
    }

    private TestAuthority start(Migrations migrations) {
        started++;
        AuthorityConfig config = TestAuthority.over(
                TestAuthority.config(
                        folder.resolve("" + started),
                        new KeysConfig(null, MASTER, Algorithm.ES256, Duration.ofHours(1), null),
                        Duration.ofSeconds(60)),
                database);
        return TestAuthority.open(config, clock, started, (opened, codec, ids) -> {
            StoreConfig.makeFolder(opened.store().data());
            return JdbcLedger.open(Postgres.open(database, migrations), new FeedChangeCodec(codec), ids);
        });
    }

    /** Whatever an authority does with its tables. */
    private void work(TestAuthority at, Call owner, ResourcePath organization) {
        String org = organization.organization();
        ResourcePath workspace = at.workspace(owner, organization);
        ResourcePath deployment = at.deployment(owner, workspace);
        Tokens.WithValue token = at.tokens()
                .create(
                        owner,
                        new Tokens.NewToken(
                                deployment,
                                "a token",
                                "",
                                Map.of(),
                                30,
                                "",
                                new Retry(at.ids().nextValueId(), "what")));
        assertTrue(Verdicts.isGood(at.verifier(), token.value()));
        String id = token.token().id();
        at.tokens().update(owner, org, id, "renamed", null, null, null);
        at.tokens().rotate(owner, org, id, Duration.ofHours(1), Retry.NEVER);
        at.tokens()
                .list(
                        owner,
                        new TokenQuery(org, null, null, null, TokenQuery.Order.EXPIRE_TIME, false, null, 10),
                        null);
        at.unpublished().write(tx -> {
            tx.tokens().noteUse(org, id, clock.instant());
            return tx;
        });
        at.tokens().delete(owner, org, id);

        ApiKeys.WithSecret key = at.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
        assertTrue(Verdicts.isGood(
                at.verifier(),
                at.apiKeys().exchange(key.key().id(), key.secret(), "").value()));
        at.apiKeys().list(owner, deployment, "", 10);
        at.apiKeys().delete(owner, deployment, key.key().id());

        StoredRole role = at.customRoles()
                .create(owner, org, "a role", "", new CustomRole(Set.of("deployment.get"), Set.of()))
                .value();
        at.customRoles().update(owner, org, role.id(), null, null, Set.of("deployment.update"), null, null);
        at.customRoles().delete(owner, org, role.id());

        Person person = at.people().invite(owner, org, "ada@example.com", "ORGANIZATION_MEMBER");
        at.people().setGrant(owner, org, person.id(), workspace, "WORKSPACE_MEMBER");
        at.userTokens().create(owner, org, person.id(), Duration.ofHours(1));
        at.people().remove(owner, org, person.id());

        at.directory().delete(owner, deployment);
        at.directory().delete(owner, workspace);
        assertTrue(at.audit().verify(owner, organization).isIntact());
        at.auditEvents(owner, organization, Instant.EPOCH, clock.instant());
        at.signingKeys().maintain();
        new Forgetting(at.ledger(), clock).run();
        new Checkpoints(at.unpublished()).run();
    }

    /** What one issues the other accepts, until it is revoked there. */
    private static void areOfOneMind(TestAuthority a, TestAuthority b, Call owner, ResourcePath organization) {
        Tokens.WithValue token = a.issue(owner, organization, "ORGANIZATION_MEMBER");
        assertTrue(Verdicts.isGood(b.verifier(), token.value()));
        b.tokens().delete(owner, organization.organization(), token.token().id());
        Await.until("the other is told", Duration.ofSeconds(20), () -> !Verdicts.isGood(a.verifier(), token.value()));
    }

    @Test
    void theOlderOneGoesOnThroughTheFirstStepAndIsRefusedAfterTheSecond() {
        long tables = server.ask(
                database,
                "SELECT COUNT(*) FROM information_schema.tables "
                        + "WHERE table_schema = 'public' AND table_name <> 'flyway_schema_history'");
        Call owner;
        ResourcePath organization;
        try (TestAuthority older = start(Migrations.POSTGRES)) {
            organization = older.organization();
            owner = older.owner(organization);
            for (int i = 0; i < UNTIL_PREPARED; i++) {
                work(older, owner, organization);
            }
            try (TestAuthority newer = start(EXPANDED)) {
                assertEquals(
                        tables,
                        server.ask(
                                database,
                                "SELECT COUNT(*) FROM information_schema.columns "
                                        + "WHERE table_schema = 'public' AND column_name = 'later_count'"));
                work(older, owner, organization);
                work(newer, owner, organization);
                areOfOneMind(older, newer, owner, organization);
                areOfOneMind(newer, older, owner, organization);
            }
        }
        try (TestAuthority older = start(Migrations.POSTGRES)) {
            work(older, owner, organization);
        }
        try (TestAuthority newer = start(EXPANDED);
                TestAuthority newest = start(CONTRACTED)) {
            work(newer, owner, organization);
            work(newest, owner, organization);
            areOfOneMind(newer, newest, owner, organization);
            InvalidConfiguration refusal = assertThrows(
                    InvalidConfiguration.class, () -> start(Migrations.POSTGRES).close());
            assertEquals("database-url", refusal.key());
            assertTrue(refusal.getMessage().contains("knows their version 9001"), refusal.getMessage());
        }
    }
}
