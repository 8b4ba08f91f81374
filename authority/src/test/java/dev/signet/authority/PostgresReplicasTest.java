package dev.signet.authority;

import static dev.signet.authority.Verdicts.isGood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.access.Call;
import dev.signet.authority.e2e.Await;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.authority.store.Replica;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Several authorities over one PostgreSQL: each learns what the others change, by itself. */
@Timeout(60)
final class PostgresReplicasTest {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    private static final Duration PERIOD = Duration.ofHours(1);

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.database();
    private final FakeClock clock = new FakeClock();
    private final List<TestAuthority> authorities = new ArrayList<>();

    @TempDir
    private Path folder;

    private TestAuthority a;
    private ResourcePath organization;
    private Call owner;

    @BeforeEach
    void open() {
        a = start();
        organization = a.organization();
        owner = a.owner(organization);
    }

    @AfterEach
    void close() {
        authorities.forEach(TestAuthority::close);
        server.drop(database);
    }

    /** Each has a folder of its own, as on a machine of its own. */
    private TestAuthority start() {
        int number = authorities.size();
        AuthorityConfig config = TestAuthority.config(
                folder.resolve("" + number),
                new KeysConfig(null, MASTER, Algorithm.ES256, PERIOD, null),
                Duration.ofSeconds(60));
        TestAuthority authority = TestAuthority.open(TestAuthority.over(config, database), clock, 100 + number);
        authorities.add(authority);
        return authority;
    }

    private static void await(String what, BooleanSupplier condition) {
        Await.until(what, Duration.ofSeconds(20), condition);
    }

    private Tokens.WithValue issue(TestAuthority by) {
        return by.issue(owner, organization, "ORGANIZATION_MEMBER");
    }

    private void assertEndsEverywhere(TestAuthority by) {
        Tokens.WithValue token = issue(a);
        for (TestAuthority each : authorities) {
            assertTrue(isGood(each.verifier(), token.value()));
        }
        by.tokens().delete(owner, organization.id(), token.token().id());
        for (TestAuthority each : authorities) {
            await("a token that another ended is refused", () -> !isGood(each.verifier(), token.value()));
        }
    }

    @Test
    void whatOneEndsAllRefuse() {
        start();
        start();
        authorities.forEach(this::assertEndsEverywhere);
    }

    @Test
    void whatNobodyIsNotifiedOfIsPolled() {
        TestAuthority b = start();
        server.execute(database, "DROP TRIGGER ledger_head ON ledger");
        assertEndsEverywhere(a);
        assertEndsEverywhere(b);
    }

    /** Heard, as the last that was polled is older. */
    @Test
    void whoIsCutOffListensAnewAndHearsWhatItMissed() {
        List<Long> heard = new CopyOnWriteArrayList<>();
        try (Replica replica = a.unpublished().join(heard::add)) {
            await("it listens", () -> !heard.isEmpty());
            long first = end();
            await("it is notified", () -> heard.contains(first));
            int before = heard.size();
            server.execute(
                    database,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                            + "WHERE application_name = 'signet-replica' AND datname = current_database()");
            await("it is told to read on", () -> heard.lastIndexOf(Long.MAX_VALUE) >= before);
            long second = end();
            await("it is notified again", () -> heard.contains(second));
            assertTrue(replica.isShared());
        }
    }

    /** Ends a token, and returns the revision. */
    private long end() {
        return a.tokens()
                .delete(owner, organization.id(), issue(a).token().id())
                .revision();
    }

    private List<TestAuthority> housekeepers() {
        return authorities.stream()
                .filter(authority -> authority.replica().isHousekeeper())
                .toList();
    }

    @Test
    void oneDoesTheHousekeepingAndAnotherWhereItGoes() {
        start();
        start();
        await("somebody does the housekeeping", () -> !housekeepers().isEmpty());
        TestAuthority first = housekeepers().get(0);
        assertEquals(List.of(first), housekeepers());
        first.close();
        authorities.remove(first);
        await("another does the housekeeping", () -> !housekeepers().isEmpty());
        assertEquals(1, housekeepers().size());
    }

    @Test
    void housekeepingMovesOnWhereTheServerEndsTheConnection() {
        start();
        await("somebody does the housekeeping", () -> !housekeepers().isEmpty());
        server.execute(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        + "WHERE application_name = 'signet-replica' AND datname = current_database()");
        await("never more than one, and somebody again", () -> {
            assertTrue(holders() <= 1);
            return housekeepers().size() == 1 && holders() == 1;
        });
    }

    /** How many hold the lock, as the server sees it. */
    private long holders() {
        return server.ask(
                database,
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = "
                        + "(SELECT oid FROM pg_database WHERE datname = current_database())");
    }

    @Test
    void aRotationOfOneIsUsedByAll() throws ParseException {
        TestAuthority b = start();
        String before = signer(issue(b).value());
        clock.advance(Duration.ofMinutes(5));
        a.signingKeys().rotate(a.platform());
        Tokens.WithValue value = issue(b);
        assertNotEquals(before, signer(value.value()));
        assertEquals(signer(issue(a).value()), signer(value.value()));
        for (TestAuthority each : authorities) {
            await("what the new key signs is good", () -> isGood(each.verifier(), value.value()));
        }
    }

    @Test
    void aRevokedKeyIsRefusedByAllAndSignsNowhere() throws ParseException {
        TestAuthority b = start();
        clock.advance(Duration.ofMinutes(5));
        String value = issue(b).value();
        Call platform = a.platform();
        a.signingKeys().revoke(platform, signer(value));
        await("what it signed is refused", () -> !isGood(b.verifier(), value));
        // Who asks is read from the store, so the new operator's token is as good here.
        await("the new operator's token is good", () -> isGood(b.verifier(), a.platformText()));
        Call operator = b.verified(a.platformText());
        ResourcePath another =
                b.directory().createOrganization(operator, "another").path();
        String fresh = b.issue(operator, another, "ORGANIZATION_OWNER").value();
        assertNotEquals(signer(value), signer(fresh));
    }

    private static String signer(String value) throws ParseException {
        return SignedJWT.parse(value).getHeader().getKeyID();
    }
}
