package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.TrustChange;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes that really go on at the same time, of one authority and of another over the same database. */
@Timeout(60)
final class PostgresWritersTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private final Samples samples = new Samples();
    private final PostgresConfig database = PostgresServer.running().database();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ResourcePath organization = samples.organization();
    private final ResourcePath workspace = samples.workspace(organization);
    private final ApiToken token = samples.token(organization, Grants.NONE);
    private final ApiToken another = samples.token(organization, Grants.NONE);
    private Ledger ledger;
    private Ledger other;

    @BeforeEach
    void openTwo() {
        ledger = open(database);
        other = open(database);
        ledger.write(tx -> {
            tx.directory().insert(Samples.entry(organization));
            tx.directory().insert(Samples.entry(workspace));
            tx.tokens().insert(token);
            tx.tokens().insert(another);
            return tx;
        });
    }

    @AfterEach
    void closeAll() {
        threads.shutdownNow();
        ledger.close();
        other.close();
        PostgresServer.running().drop(database);
    }

    private Ledger open(PostgresConfig config) {
        return JdbcLedger.open(
                new StoreConfig(folder, config),
                LedgerContract.CODEC,
                new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(3)));
    }

    private PostgresConfig impatient() {
        return new PostgresConfig(
                database.url(),
                database.user(),
                null,
                database.tls(),
                null,
                PostgresConfig.DEFAULT_POOL_SIZE,
                PostgresConfig.DEFAULT_CONNECT_TIMEOUT,
                SHORT,
                PostgresConfig.DEFAULT_STATEMENT_TIMEOUT,
                false);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits until somebody at the server waits for a lock. */
    private void awaitBlocked(int waiting) throws Exception {
        try (var connection = PostgresServer.running().connect(database.url().database());
                var query = connection.prepareStatement("SELECT count(*) FROM pg_stat_activity "
                        + "WHERE datname = current_database() AND wait_event_type = 'Lock'")) {
            int found;
            do {
                try (var row = query.executeQuery()) {
                    row.next();
                    found = row.getInt(1);
                }
            } while (found < waiting);
        }
    }

    private static void announce(Transaction tx, String part) {
        tx.announce(part, new TrustChange.OrganizationCreated());
    }

    private List<Long> revisionsAfter(long revision) {
        return ledger.read(tx -> tx.trust().after(revision, 100)).stream()
                .map(RecordedChange::revision)
                .toList();
    }

    /** A sequence would give the one that began first the lower number, and a reader in between would skip it. */
    @Test
    void whoBeganFirstAndCommitsLastGetsTheLastRevision() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<Ledger.Committed<String>> slow = threads.submit(() -> other.write(tx -> {
            announce(tx, organization.id());
            tx.tokens().find(token.id());
            begun.countDown();
            await(goOn);
            return "slow";
        }));
        await(begun);
        long quick = ledger.write(tx -> {
                    announce(tx, organization.id());
                    return tx;
                })
                .revision();
        assertEquals(1, quick);
        assertEquals(List.of(1L), revisionsAfter(0));
        goOn.countDown();
        assertEquals(2, LedgerContract.join(slow).revision());
        assertEquals(List.of(2L), revisionsAfter(quick));
    }

    /** Nobody sees a revision while a lower one may still come. */
    @Test
    void aRevisionIsSeenOnlyWithAllBeforeIt() {
        int writers = 8;
        int writes = 30;
        List<Future<?>> writing = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            Ledger by = writer % 2 == 0 ? ledger : other;
            writing.add(threads.submit(() -> {
                for (int write = 0; write < writes; write++) {
                    by.write(tx -> {
                        announce(tx, organization.id());
                        return tx;
                    });
                }
            }));
        }
        List<Long> seen = new ArrayList<>();
        boolean done;
        do {
            done = writing.stream().allMatch(Future::isDone);
            List<Long> more = revisionsAfter(seen.size());
            seen.addAll(more);
            done &= more.isEmpty();
        } while (!done);
        writing.forEach(LedgerContract::join);
        assertEquals(LongStream.rangeClosed(1, (long) writers * writes).boxed().toList(), seen);
    }

    @Test
    void twoWhoLockInACircleBothSucceed() {
        CountDownLatch firstHasOne = new CountDownLatch(1);
        CountDownLatch secondHasOne = new CountDownLatch(1);
        AtomicInteger attempts = new AtomicInteger();
        Future<?> first = threads.submit(() -> ledger.write(tx -> {
            attempts.incrementAndGet();
            tx.lockSubjects(List.of(token.id()));
            firstHasOne.countDown();
            await(secondHasOne);
            tx.lockSubjects(List.of(another.id()));
            tx.tokens().update(another.described("first", "", Samples.NOW));
            return tx;
        }));
        Future<?> second = threads.submit(() -> other.write(tx -> {
            attempts.incrementAndGet();
            tx.lockSubjects(List.of(another.id()));
            secondHasOne.countDown();
            await(firstHasOne);
            tx.lockSubjects(List.of(token.id()));
            tx.tokens().update(token.described("second", "", Samples.NOW));
            return tx;
        }));
        LedgerContract.join(first);
        LedgerContract.join(second);
        assertEquals(3, attempts.get(), "one of them began anew");
        ledger.read(tx -> {
            assertEquals("first", tx.tokens().find(another.id()).orElseThrow().displayName());
            assertEquals("second", tx.tokens().find(token.id()).orElseThrow().displayName());
            return tx;
        });
    }

    @Test
    void whatOnlyOneCanMakeIsMadeByOneAndFoundByTheOther() {
        CountDownLatch bothLooked = new CountDownLatch(2);
        List<Future<Boolean>> made = new ArrayList<>();
        for (Ledger by : List.of(ledger, other)) {
            made.add(threads.submit(() -> by.write(tx -> {
                        boolean missing =
                                tx.requests().find("caller", "request").isEmpty();
                        bothLooked.countDown();
                        await(bothLooked);
                        if (missing) {
                            tx.requests()
                                    .insert(
                                            "caller",
                                            "request",
                                            new RequestRecords.Outcome("", token.id(), ""),
                                            Samples.NOW);
                        }
                        return missing;
                    })
                    .value()));
        }
        assertEquals(
                List.of(false, true),
                made.stream().map(LedgerContract::join).sorted().toList());
    }

    @Test
    void eventsOfOneOrganizationStayOneChain() {
        int writers = 6;
        int writes = 20;
        List<Future<?>> done = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            Ledger by = writer % 2 == 0 ? ledger : other;
            String actor = "writer " + writer;
            done.add(threads.submit(() -> {
                for (int write = 0; write < writes; write++) {
                    by.write(tx -> {
                        tx.record(
                                new AuditEvent(organization.id(), Samples.NOW, actor, "act", "it", "OK", "127.0.0.1"));
                        return tx;
                    });
                }
            }));
        }
        done.forEach(LedgerContract::join);
        ledger.read(tx -> {
            List<ChainedEvent> events =
                    tx.audit().list(organization.id(), 0, Samples.NOW, Samples.NOW.plusSeconds(1), 1_000);
            assertEquals(writers * writes, events.size());
            String hash = ChainedEvent.GENESIS;
            long sequence = 0;
            for (ChainedEvent event : events) {
                assertEquals(ChainedEvent.after(sequence, hash, event.event()), event);
                sequence = event.sequence();
                hash = event.hash();
            }
            return tx;
        });
    }

    /** Those who rely on an entry or a credential do not wait for each other. */
    @Test
    void manyShareALock() {
        CountDownLatch all = new CountDownLatch(3);
        List<Future<?>> sharing = new ArrayList<>();
        for (Ledger by : List.of(ledger, other, ledger)) {
            sharing.add(threads.submit(() -> by.write(tx -> {
                tx.directory().lock(workspace, Lock.SHARED);
                tx.lockCaller(token.id(), List.of());
                all.countDown();
                await(all);
                return tx;
            })));
        }
        sharing.forEach(LedgerContract::join);
    }

    /** What else would let nobody revoke an organization that issues without a pause. */
    @Test
    void whoWantsALockAloneIsNotPassedByForEver() {
        AtomicBoolean stop = new AtomicBoolean();
        CountDownLatch flooded = new CountDownLatch(40);
        List<Future<?>> flood = new ArrayList<>();
        for (int sharer = 0; sharer < 8; sharer++) {
            Ledger by = sharer % 2 == 0 ? ledger : other;
            flood.add(threads.submit(() -> {
                while (!stop.get()) {
                    by.write(tx -> {
                        tx.directory().lock(organization, Lock.SHARED);
                        tx.lockCaller(token.id(), List.of());
                        // Long enough for the next one to have come.
                        tx.trust().epoch(organization.id());
                        tx.ended().expiredBefore(Samples.NOW, 10);
                        flooded.countDown();
                        return tx;
                    });
                }
            }));
        }
        await(flooded);
        try (Ledger third = open(impatient())) {
            for (int time = 0; time < 10; time++) {
                assertTrue(third.write(tx -> tx.directory().lock(organization, Lock.EXCLUSIVE))
                        .value()
                        .isPresent());
                third.write(tx -> {
                    tx.lockSubjects(List.of(token.id()));
                    return tx;
                });
            }
        } finally {
            stop.set(true);
        }
        flood.forEach(LedgerContract::join);
    }

    /** More than a server has room for in its table of locks. */
    @Test
    void anyNumberOfSubjectsIsLocked() throws Exception {
        List<String> ids = new ArrayList<>(List.of(token.id(), another.id()));
        for (int i = 0; i < 40_000; i++) {
            ids.add(samples.id(i % 2 == 0 ? IdType.TOKEN : IdType.USER));
        }
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> locking = threads.submit(() -> other.write(tx -> {
            tx.lockSubjects(ids);
            locked.countDown();
            await(goOn);
            return tx;
        }));
        await(locked);
        Future<?> waiting = threads.submit(() -> ledger.write(tx -> {
            tx.lockCaller(another.id(), List.of());
            return tx;
        }));
        awaitBlocked(1);
        assertFalse(waiting.isDone());
        goOn.countDown();
        LedgerContract.join(locking);
        LedgerContract.join(waiting);
    }

    @Test
    void aUseIsNotedWhileTheCredentialIsUsed() {
        ledger.write(tx -> {
            tx.lockCaller(token.id(), List.of());
            LedgerContract.join(threads.submit(() -> other.write(noting -> {
                noting.tokens().noteUse(organization.id(), token.id(), Samples.NOW);
                return noting;
            })));
            return tx;
        });
        assertEquals(
                Optional.of(Samples.NOW),
                ledger.read(tx -> tx.tokens().find(token.id())).map(ApiToken::lastUsedTime));
    }

    @Test
    void aReaderWithAnOldSnapshotHoldsNobodyUp() {
        ledger.read(tx -> {
            long head = tx.trust().head();
            other.write(writing -> {
                writing.directory().lock(organization, Lock.EXCLUSIVE);
                writing.tokens().delete(token.id());
                announce(writing, organization.id());
                return writing;
            });
            assertEquals(head, tx.trust().head());
            assertTrue(tx.tokens().find(token.id()).isPresent());
            return tx;
        });
        assertTrue(ledger.read(tx -> tx.tokens().find(token.id())).isEmpty());
    }

    @Test
    void whoWaitsTooLongIsToldToComeBack() {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Future<?> holding = threads.submit(() -> other.write(tx -> {
            tx.lockSubjects(List.of(token.id()));
            held.countDown();
            await(done);
            return tx;
        }));
        await(held);
        try (Ledger third = open(impatient())) {
            Refusal refusal = assertThrows(
                    Refusal.class,
                    () -> third.write(tx -> {
                        tx.lockSubjects(List.of(token.id()));
                        return tx;
                    }));
            assertEquals("STORE_BUSY", refusal.reason());
            assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
        }
        done.countDown();
        LedgerContract.join(holding);
    }

    /** As one would that is cut off in the middle: its locks must not outlive it by much. */
    @Test
    void whoHoldsLocksAndDoesNothingLosesThem() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Ledger third = open(impatient())) {
            Future<Refusal> holding = threads.submit(() -> assertThrows(
                    Refusal.class,
                    () -> third.write(tx -> {
                        if (held.getCount() == 0) {
                            throw Refusal.busy();
                        }
                        tx.lockSubjects(List.of(token.id()));
                        tx.tokens().update(token.described("never", "", Samples.NOW));
                        held.countDown();
                        await(goOn);
                        tx.tokens().find(another.id());
                        return tx;
                    })));
            await(held);
            other.write(tx -> {
                tx.lockSubjects(List.of(token.id()));
                tx.tokens().update(token.described("got it", "", Samples.NOW));
                return tx;
            });
            goOn.countDown();
            assertEquals(Refusal.Code.UNAVAILABLE, LedgerContract.join(holding).code());
        }
        assertEquals(
                "got it",
                ledger.read(tx -> tx.tokens().find(token.id())).orElseThrow().displayName());
    }

    /** Nothing is made below what is being deleted, though both look at the same time. */
    @Test
    void whoMakesSomethingBelowWaitsForWhoDeletes() throws Exception {
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> deleting = threads.submit(() -> other.write(tx -> {
            tx.directory().lock(workspace, Lock.EXCLUSIVE);
            assertFalse(tx.directory().hasChildren(workspace));
            locked.countDown();
            await(goOn);
            tx.directory().delete(workspace);
            return tx;
        }));
        await(locked);
        Future<Optional<DirectoryEntry>> making = threads.submit(() ->
                ledger.write(tx -> tx.directory().lock(workspace, Lock.SHARED)).value());
        awaitBlocked(1);
        goOn.countDown();
        LedgerContract.join(deleting);
        assertEquals(Optional.empty(), LedgerContract.join(making));
    }

    @Test
    void aTransactionWithinATransactionIsAFault() {
        assertThrows(
                IllegalStateException.class,
                () -> ledger.write(tx -> ledger.write(inner -> inner).value()));
    }
}
