package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes that share a commit of the embedded store are as apart from one another as if each had had its own. */
@Timeout(60)
final class SharedCommitTest {
    @TempDir
    private Path folder;

    private final Samples samples = new Samples();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ResourcePath organization = samples.organization();
    private final Set<Object> transactions = ConcurrentHashMap.newKeySet();
    private Ledger ledger;

    private JdbcLedger opened() {
        return JdbcLedger.open(
                new StoreConfig(folder),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(1)));
    }

    @BeforeEach
    void open() {
        ledger = opened();
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            return tx;
        });
        ledger.reserveIndexes(organization.id(), 1);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        ledger.close();
    }

    /** Runs these works in one group, in this order. */
    private List<Future<Ledger.Committed<String>>> together(List<Function<Transaction, String>> works)
            throws InterruptedException {
        CountDownLatch underWay = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<Ledger.Committed<Boolean>> holding = threads.submit(() -> ledger.write(tx -> {
            underWay.countDown();
            return awaited(goOn);
        }));
        underWay.await();
        List<Future<Ledger.Committed<String>>> results = new ArrayList<>();
        for (Function<Transaction, String> work : works) {
            AtomicReference<Thread> caller = new AtomicReference<>();
            results.add(threads.submit(() -> {
                caller.set(Thread.currentThread());
                return ledger.write(tx -> {
                    transactions.add(((JdbcTransaction) tx).handle());
                    return work.apply(tx);
                });
            }));
            GroupCommitTest.awaitWaiting(caller);
        }
        goOn.countDown();
        LedgerContract.join(holding);
        return results;
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes a token with all that goes with one, and says something about it. */
    private String make(Transaction tx, ApiToken token) {
        tx.tokens().insert(token);
        tx.record(new AuditEvent(organization.id(), Samples.NOW, "who", "token.create", token.id(), "OK", "127.0.0.1"));
        int index = tx.reserveIndexes(organization.id(), 1);
        tx.announce(organization.id(), new TrustChange.Revoked(Indexes.of(index)));
        return token.id();
    }

    private ApiToken token() {
        return samples.token(organization, Grants.of(organization.id(), "ORGANIZATION_OWNER"));
    }

    private List<String> audited() {
        return ledger
                .read(tx -> tx.audit().list(organization.id(), 0, Instant.EPOCH, Samples.NOW.plusSeconds(1), 100))
                .stream()
                .map(each -> each.sequence() + " " + each.event().resource())
                .toList();
    }

    @Test
    void oneThatFailsLeavesNothingBehindAndTheOthersStand() throws Exception {
        List<ApiToken> tokens = List.of(token(), token(), token(), token());
        Refusal refusal = Refusal.notFound("something");
        List<Future<Ledger.Committed<String>>> results = together(List.of(
                tx -> make(tx, tokens.get(0)),
                tx -> make(tx, tokens.get(1)),
                tx -> {
                    make(tx, tokens.get(2));
                    tx.raiseEpoch(organization.id());
                    throw refusal;
                },
                tx -> {
                    assertTrue(tx.tokens().find(tokens.get(1).id()).isPresent(), "as if it was committed before");
                    assertTrue(tx.tokens().find(tokens.get(2).id()).isEmpty(), "as if it never was");
                    return make(tx, tokens.get(3));
                }));
        assertEquals(
                new Ledger.Committed<>(tokens.get(0).id(), 1), results.get(0).get());
        assertEquals(
                new Ledger.Committed<>(tokens.get(1).id(), 2), results.get(1).get());
        assertSame(
                refusal,
                assertThrows(ExecutionException.class, results.get(2)::get).getCause());
        assertEquals(
                new Ledger.Committed<>(tokens.get(3).id(), 3), results.get(3).get());
        assertEquals(1, transactions.size());

        ledger.read(tx -> {
            assertEquals(3, tx.trust().head());
            assertEquals(0, tx.trust().epoch(organization.id()));
            assertEquals(
                    List.of(Indexes.of(1), Indexes.of(2), Indexes.of(3)),
                    tx.trust().after(0, 10).stream()
                            .map(change -> ((TrustChange.Revoked) change.change()).indexes())
                            .toList());
            assertTrue(tx.tokens().find(tokens.get(2).id()).isEmpty());
            assertEquals(3, tx.tokens().subjectsOf(organization).size());
            return tx;
        });
        assertEquals(
                List.of(
                        "1 " + tokens.get(0).id(),
                        "2 " + tokens.get(1).id(),
                        "3 " + tokens.get(3).id()),
                audited());
        assertEquals(4, ledger.reserveIndexes(organization.id(), 1));
    }

    @Test
    void onlyTheOneThatCollidedIsTriedAgain() throws Exception {
        AtomicInteger first = new AtomicInteger();
        AtomicInteger colliding = new AtomicInteger();
        AtomicInteger hopeless = new AtomicInteger();
        List<ApiToken> tokens = List.of(token(), token(), token());
        List<Future<Ledger.Committed<String>>> results = together(List.of(
                tx -> {
                    first.incrementAndGet();
                    return make(tx, tokens.get(0));
                },
                tx -> {
                    String id = make(tx, tokens.get(1));
                    if (colliding.incrementAndGet() < 3) {
                        throw new ConnectionException(new SQLException("serialization failure", "40001"));
                    }
                    return id;
                },
                tx -> {
                    make(tx, tokens.get(2));
                    hopeless.incrementAndGet();
                    throw new ConnectionException(new SQLException("serialization failure", "40001"));
                }));
        assertEquals(1, results.get(0).get().revision());
        assertEquals(2, results.get(1).get().revision());
        Refusal busy = (Refusal)
                assertThrows(ExecutionException.class, results.get(2)::get).getCause();
        assertEquals(Refusal.Code.UNAVAILABLE, busy.code());
        assertEquals(List.of(1, 3, 5), List.of(first.get(), colliding.get(), hopeless.get()));
        assertEquals(1, transactions.size());
        assertEquals(List.of("1 " + tokens.get(0).id(), "2 " + tokens.get(1).id()), audited());
    }

    @Test
    void whereTheGroupCannotBeCommittedAllOfItFails() throws Exception {
        ApiToken token = token();
        List<Future<Ledger.Committed<String>>> results = together(List.of(tx -> make(tx, token), tx -> {
            ((JdbcTransaction) tx).handle().execute("SHUTDOWN IMMEDIATELY");
            return "shut down";
        }));
        for (Future<Ledger.Committed<String>> each : results) {
            assertThrows(ExecutionException.class, each::get);
        }
        ledger.close();
        ledger = opened();
        assertEquals(List.of(), audited());
        assertEquals(0, (long) ledger.read(tx -> tx.trust().head()));
        assertTrue(ledger.read(tx -> tx.tokens().find(token.id())).isEmpty());
    }

    @Test
    void anInterruptedCallerClosesNobodysFile() throws Exception {
        Thread.currentThread().interrupt();
        assertThrows(Refusal.class, () -> ledger.write(tx -> make(tx, token())));
        assertTrue(Thread.interrupted());
        assertEquals(1, ledger.write(tx -> make(tx, token())).revision());
    }
}
