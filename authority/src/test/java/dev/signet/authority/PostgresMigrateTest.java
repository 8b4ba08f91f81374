package dev.signet.authority;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.access.Call;
import dev.signet.authority.store.PostgresConfig;
import dev.signet.authority.store.PostgresServer;
import dev.signet.authority.tokens.Retry;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.ResourcePath;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A ledger moves from the embedded store to PostgreSQL as it is, and is never to be served from both. */
@Timeout(120)
final class PostgresMigrateTest {
    private static final String OWNER = "ORGANIZATION_OWNER";

    @TempDir
    private Path data;

    private final FakeClock clock = new FakeClock();
    private final PostgresConfig database = PostgresServer.running().database();
    private final List<String> good = new ArrayList<>();
    private final List<String> ended = new ArrayList<>();
    private final List<ResourcePath> organizations = new ArrayList<>();
    private String id = "";
    private long head;
    private String parts = "";
    private String feedKey = "";

    @AfterEach
    void drop() {
        PostgresServer.running().drop(database);
    }

    private AuthorityConfig config() {
        return TestAuthority.config(data);
    }

    private AuthorityConfig moved() {
        return TestAuthority.over(config(), database);
    }

    private void fill(int tokens) {
        try (TestAuthority authority = TestAuthority.open(config(), clock, 10 + organizations.size())) {
            ResourcePath organization = authority.organization();
            organizations.add(organization);
            Call owner = authority.owner(organization);
            ResourcePath deployment = authority.deployment(owner, authority.workspace(owner, organization));
            for (int i = 0; i < tokens; i++) {
                var token = authority.issue(owner, i % 2 == 0 ? organization : deployment, i % 2 == 0 ? OWNER : null);
                if (i % 3 == 0) {
                    authority
                            .tokens()
                            .delete(
                                    owner,
                                    organization.organization(),
                                    token.token().id());
                    ended.add(token.value());
                } else {
                    good.add(token.value());
                }
            }
            authority.apiKeys().create(owner, deployment, "a key with ü and 😀", "", Retry.NEVER);
            id = authority.ledger().id();
            head = authority.ledger().read(tx -> tx.trust().head());
            parts = digests(authority, organization);
            feedKey = authority.feedSigner().id();
        }
    }

    private static String digests(TestAuthority authority, ResourcePath organization) {
        return Objects.requireNonNull(authority.publisher().state().installation())
                        .digest() + " "
                + Objects.requireNonNull(authority.publisher().state().organization(organization.organization()))
                        .digest();
    }

    /** A verifier that comes with what it learned from the former store is up to date, and accepts what it did. */
    private void isServedAsItWas() {
        try (TestAuthority authority = TestAuthority.open(moved(), clock, 2)) {
            assertEquals(id, authority.ledger().id());
            assertEquals(
                    head, (long) authority.ledger().<Long>read(tx -> tx.trust().head()));
            assertEquals(feedKey, authority.feedSigner().id());
            assertEquals(parts, digests(authority, organizations.get(organizations.size() - 1)));
            ResourcePath organization = organizations.get(0);
            good.forEach(value -> assertTrue(Verdicts.isGood(authority.verifier(), value)));
            ended.forEach(value -> assertFalse(Verdicts.isGood(authority.verifier(), value)));
            Call owner = authority.owner(organization);
            assertTrue(authority.audit().verify(owner, organization).isIntact());
            authority
                    .tokens()
                    .rotate(
                            owner,
                            organization.organization(),
                            authority.verified(good.get(0)).subject(),
                            Duration.ZERO,
                            Retry.NEVER);
            assertFalse(Verdicts.isGood(authority.verifier(), good.get(0)));
        }
    }

    private static String refused(Runnable what) {
        return String.valueOf(
                assertThrows(InvalidConfiguration.class, what::run).getMessage());
    }

    @Test
    void movesEverythingAsItIs() {
        fill(300);
        assertTrue(Keeping.migrate(moved(), line -> {}) > 600);
        isServedAsItWas();
        assertTrue(refused(() -> TestAuthority.open(config(), clock, 3)).contains("was moved to postgresql://"));
        assertEquals(0, Keeping.migrate(moved(), line -> {}));
    }

    @Test
    void goesOnWhereItWasKilled() {
        fill(30);
        // Killed behind one more table each time.
        for (int tables = 1; ; tables++) {
            AtomicInteger left = new AtomicInteger(tables);
            try {
                Keeping.migrate(moved(), line -> {
                    if (left.decrementAndGet() == 0) {
                        throw new Killed();
                    }
                });
                break;
            } catch (Killed e) {
                // Half a ledger is not served; that of the folder still may be, and changes.
                assertTrue(refused(() -> TestAuthority.open(moved(), clock, 3)).contains("signet migrate"));
                if (tables % 5 == 0) {
                    fill(3);
                }
            }
        }
        isServedAsItWas();
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void refusesATargetThatHoldsSomethingElse() {
        fill(3);
        AuthorityConfig other = TestAuthority.over(TestAuthority.config(data.resolve("other")), database);
        TestAuthority.open(other, clock, 9).close();
        assertTrue(refused(() -> Keeping.migrate(moved(), line -> {})).contains("another ledger"));
        assertTrue(refused(() -> Keeping.migrate(config(), line -> {})).startsWith("database-url"));
        TestAuthority.open(config(), clock, 3).close();
    }

    /** As where a server was recovered to a moment in the past by its own means: nobody may serve it as it is. */
    @Test
    void whatAServerHoldsIsBackedUpRestoredAndMovedToAnother() throws IOException {
        Path backup = data.resolve("backup");
        ResourcePath organization;
        String former;
        try (TestAuthority authority = TestAuthority.open(moved(), clock, 10)) {
            organization = authority.organization();
            former = authority.owner(organization).credential().text();
        }
        try (OutputStream out = Files.newOutputStream(backup)) {
            Keeping.backUp(moved(), out);
        }
        AuthorityConfig restored = TestAuthority.config(data.resolve("restored"));
        Files.createDirectories(restored.store().data());
        Files.copy(
                data.resolve("master-key"),
                restored.store().data().resolve("master-key"),
                StandardCopyOption.COPY_ATTRIBUTES);
        RestoreConfig restore = new RestoreConfig(backup, List.of(), null, true);
        PostgresConfig second = PostgresServer.running().database();
        try {
            AuthorityConfig there = TestAuthority.over(restored, second);
            assertTrue(refused(() -> Keeping.restore(there, restore)).startsWith("database-url"));
            Keeping.restore(restored, restore);
            Keeping.migrate(there, line -> {});
            clock.advance(Duration.between(clock.instant(), Instant.now()));
            try (TestAuthority authority = TestAuthority.open(there, clock, 11)) {
                assertFalse(Verdicts.isGood(authority.verifier(), former));
                Call owner = authority.owner(organization);
                assertTrue(
                        Verdicts.isGood(authority.verifier(), owner.credential().text()));
                assertTrue(authority.audit().verify(owner, organization).isIntact());
            }
        } finally {
            PostgresServer.running().drop(second);
        }
    }
}
