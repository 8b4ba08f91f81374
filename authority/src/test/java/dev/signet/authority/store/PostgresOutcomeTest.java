package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.CuttingProxy.Cut;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a write when the connection breaks. */
@Timeout(60)
final class PostgresOutcomeTest {
    @TempDir
    private Path folder;

    private final Samples samples = new Samples();
    private final PostgresServer server = PostgresServer.running();
    private final PostgresConfig database = server.database();
    private final ResourcePath organization = samples.organization();
    private CuttingProxy proxy;
    private Ledger ledger;
    private Ledger direct;

    @BeforeEach
    void open() throws IOException {
        proxy = new CuttingProxy(server.port());
        direct = open(database);
        ledger = open(PostgresConfig.of(
                "postgresql://127.0.0.1:" + proxy.port() + "/" + database.url().database(), server.user()));
        direct.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            return tx;
        });
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
        direct.close();
        proxy.close();
        server.drop(database);
    }

    private Ledger open(PostgresConfig config) {
        return JdbcLedger.open(
                new StoreConfig(folder, config),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(4)));
    }

    /** Makes a token with all that goes with one. */
    private String make(Transaction tx, ApiToken token) {
        tx.tokens().insert(token);
        tx.record(new AuditEvent(organization.id(), Samples.NOW, "who", "token.create", token.id(), "OK", "127.0.0.1"));
        tx.announce(organization.id(), new TrustChange.Revoked(Indexes.of(7)));
        return token.id();
    }

    private ApiToken token() {
        return samples.token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER"));
    }

    /** All of it is there, or nothing. */
    private boolean isThere(ApiToken token) {
        return direct.read(tx -> {
            boolean there = tx.tokens().find(token.id()).isPresent();
            assertEquals(there ? 1 : 0, tx.audit().chain(organization.id()).lastSequence());
            assertEquals(there ? 1 : 0, tx.trust().head());
            assertEquals(there ? 1 : 0, tx.trust().after(0, 10).size());
            assertEquals(there ? 1 : 0, tx.tokens().subjectsOf(organization).size());
            return there;
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"BEFORE_THE_SERVER", "BEFORE_THE_ANSWER"})
    void aCommitWithoutAnAnswerIsNotMadeAgainAndSaidToBeUnknown(Cut cut) {
        ApiToken token = token();
        AtomicInteger attempts = new AtomicInteger();
        proxy.cutNextCommit(cut);
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> ledger.write(tx -> {
                    attempts.incrementAndGet();
                    return make(tx, token);
                }));
        assertEquals(1, proxy.cuts());
        assertEquals(1, attempts.get());
        assertEquals("OUTCOME_UNKNOWN", refusal.reason());
        assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
        assertEquals(cut == Cut.BEFORE_THE_ANSWER, isThere(token));
    }

    /** What was committed before the answer was lost is found, and what was not is made. */
    @ParameterizedTest
    @EnumSource(
            value = Cut.class,
            names = {"BEFORE_THE_SERVER", "BEFORE_THE_ANSWER"})
    void askedAgainByItsRequestIdItIsDoneOnce(Cut cut) {
        AtomicInteger made = new AtomicInteger();
        proxy.cutNextCommit(cut);
        assertThrows(Refusal.class, () -> create(made));
        String id = create(made);
        assertEquals(id, create(made));
        assertEquals(cut == Cut.BEFORE_THE_ANSWER ? 1 : 2, made.get());
        assertEquals(List.of(id), direct.read(tx -> tx.tokens().subjectsOf(organization)));
    }

    private String create(AtomicInteger made) {
        return ledger.write(tx -> tx.requests()
                        .find("caller", "request")
                        .map(RequestRecords.Outcome::subject)
                        .orElseGet(() -> {
                            made.incrementAndGet();
                            ApiToken token = token();
                            tx.requests()
                                    .insert(
                                            "caller",
                                            "request",
                                            new RequestRecords.Outcome("", token.id(), ""),
                                            Samples.NOW);
                            return make(tx, token);
                        }))
                .value();
    }

    @Test
    void whatBreaksBeforeTheCommitIsMadeAgain() {
        ApiToken token = token();
        AtomicInteger attempts = new AtomicInteger();
        ledger.write(tx -> {
            if (attempts.incrementAndGet() == 1) {
                tx.trust().head();
                proxy.cutAll();
            }
            return make(tx, token);
        });
        assertEquals(2, attempts.get());
        assertTrue(isThere(token));
    }

    @Test
    void aReadThatBreaksIsMadeAgain() {
        AtomicInteger attempts = new AtomicInteger();
        assertEquals(0, ledger.<Long>read(tx -> {
            tx.trust().head();
            if (attempts.incrementAndGet() == 1) {
                proxy.cutAll();
            }
            return tx.trust().head();
        }));
        assertEquals(2, attempts.get());
    }

    /** What a connection says when it is given back is not what happened. */
    @Test
    void aServerThatGoesAwayMeanwhileIsSaidToBeAway() {
        AtomicInteger attempts = new AtomicInteger();
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> ledger.read(tx -> {
                    tx.trust().head();
                    attempts.incrementAndGet();
                    proxy.cutAll();
                    return tx.trust().head();
                }));
        assertEquals("STORE_UNAVAILABLE", refusal.reason());
        assertEquals(3, attempts.get());
    }

    @Test
    void aServerThatIsAwayIsSaidToBe() throws IOException {
        proxy.close();
        for (Runnable operation : List.<Runnable>of(
                () -> ledger.read(tx -> tx.trust().head()),
                () -> ledger.keyToExchange("key_unknown"),
                () -> ledger.write(tx -> make(tx, token())))) {
            Refusal refusal = assertThrows(Refusal.class, operation::run);
            assertEquals("STORE_UNAVAILABLE", refusal.reason());
            assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
        }
    }
}
