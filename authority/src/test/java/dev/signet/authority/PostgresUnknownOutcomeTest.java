package dev.signet.authority;

import static dev.signet.authority.Verdicts.isGood;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.e2e.Await;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.feed.CommittedChange;
import dev.signet.authority.feed.Propagation;
import dev.signet.authority.keys.KeysConfig;
import dev.signet.authority.store.CuttingProxy;
import dev.signet.authority.store.CuttingProxy.Cut;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.ResourcePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An authority commits, and does not hear that it did; its callers go on at another. */
@Timeout(60)
final class PostgresUnknownOutcomeTest {
    private static final String MASTER = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[32]);
    private static final Retry RETRY = new Retry("request", "fingerprint");

    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.database();
    private final FakeClock clock = new FakeClock();

    @TempDir
    private Path folder;

    private CuttingProxy proxy;
    private TestAuthority cut;
    private TestAuthority other;
    private ResourcePath organization;
    private Call owner;
    private Tokens.WithValue token;

    @BeforeEach
    void open() throws IOException {
        proxy = new CuttingProxy(server.port());
        // The first to start has the operator's token.
        other = open("other", 1, database);
        cut = open("cut", 2, server.at(proxy.port(), database));
        organization = other.organization();
        owner = other.owner(organization);
        token = other.issue(owner, organization, "ORGANIZATION_MEMBER");
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        cut.close();
        proxy.close();
        server.drop(database);
    }

    private TestAuthority open(String name, long seed, PostgresConfig through) {
        return TestAuthority.open(
                TestAuthority.over(
                        TestAuthority.config(
                                folder.resolve(name),
                                new KeysConfig(null, MASTER, Algorithm.ES256, Duration.ofHours(1), null),
                                Duration.ofSeconds(60)),
                        through),
                clock,
                seed);
    }

    private void assertUnknown(Runnable change) {
        proxy.cutNextCommit(Cut.BEFORE_THE_ANSWER);
        assertEquals("OUTCOME_UNKNOWN", assertThrows(Refusal.class, change::run).reason());
        assertEquals(1, proxy.cuts());
    }

    private void assertEndsEverywhere(String value) {
        for (TestAuthority each : List.of(other, cut)) {
            Await.until("what ended is refused", Duration.ofSeconds(20), () -> !isGood(each.verifier(), value));
        }
    }

    @Test
    void whatItEndedIsRefusedByAll() {
        String id = token.token().id();
        assertUnknown(() -> cut.tokens().delete(owner, organization.id(), id));
        assertEndsEverywhere(token.value());
        assertEquals(
                "NOT_FOUND",
                assertThrows(Refusal.class, () -> other.tokens().delete(owner, organization.id(), id))
                        .reason());
    }

    @Test
    void whoAsksAnotherByTheSameRequestIdIsGivenTheValueThatWasMade() {
        long changes = changes();
        assertUnknown(() -> rotate(cut));
        String value = rotate(other).value().value();
        assertEquals(claims(value), claims(rotate(other).value().value()));
        assertEquals(claims(value), claims(rotate(cut).value().value()));
        assertEndsEverywhere(token.value());
        assertTrue(isGood(other.verifier(), value) && isGood(cut.verifier(), value));
        assertEquals(changes + 1, changes());
    }

    /** All but the signature, which is another each time. */
    private static String claims(String value) {
        return value.substring(0, value.lastIndexOf('.'));
    }

    private long changes() {
        return server.ask(database, "SELECT count(*) FROM trust_change");
    }

    /** Nothing of what it has in memory: another may have changed the maximum staleness. */
    @Test
    void cutOffItNamesNoMomentFromWhichAnythingIsCertain() throws IOException {
        Instant now = clock.instant();
        CommittedChange former = new CommittedChange(organization.id(), 0, now, now);
        assertEquals(
                now.plusSeconds(60),
                cut.publisher().awaitPropagation(former, Duration.ZERO).join().certainBy());
        proxy.close();
        assertEquals(
                "STORE_UNAVAILABLE",
                assertThrows(Refusal.class, () -> rotate(cut)).reason());
        CompletableFuture<Propagation> asked = cut.publisher().awaitPropagation(former, Duration.ZERO);
        assertThrows(CompletionException.class, asked::join);
    }

    private Committed<Tokens.WithValue> rotate(TestAuthority by) {
        return by.tokens().rotate(owner, organization.id(), token.token().id(), Duration.ZERO, RETRY);
    }
}
