package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Part of {@link LedgerContract}: the one order of trust changes, and indexes that nobody gets twice. */
interface RevisionContract {
    Ledger ledger();

    Samples samples();

    default long head() {
        return ledger().read(tx -> tx.trust().head());
    }

    @Test
    default void aWriteThatAnnouncesNothingHasNoRevision() {
        Ledger.Committed<String> committed = ledger().write(tx -> "done");
        assertEquals(new Ledger.Committed<>("done", 0), committed);
        assertEquals(0, head());
    }

    @Test
    default void changesOfOneWriteKeepTheirOrder() {
        String one = samples().organization().id();
        String two = samples().organization().id();
        TrustChange created = new TrustChange.OrganizationCreated();
        TrustChange revoked = new TrustChange.Revoked(Indexes.of(7));
        TrustChange epoch = new TrustChange.EpochRaised(3);
        long revision = ledger().write(tx -> {
                    tx.announce(one, created);
                    tx.announce(TrustPart.INSTALLATION, epoch);
                    tx.announce(two, created);
                    tx.announce(one, revoked);
                    return tx;
                })
                .revision();
        assertEquals(4, revision);
        List<RecordedChange> expected = List.of(
                new RecordedChange(1, one, 0, created),
                new RecordedChange(2, TrustPart.INSTALLATION, 0, epoch),
                new RecordedChange(3, two, 0, created),
                new RecordedChange(4, one, 1, revoked));
        ledger().read(tx -> {
            assertEquals(4, tx.trust().head());
            assertEquals(expected, tx.trust().after(0, 10));
            assertEquals(expected.subList(1, 3), tx.trust().after(1, 2));
            assertEquals(List.of(), tx.trust().after(4, 10));
            assertEquals(List.of(expected.get(0), expected.get(3)), tx.trust().of(one, 0, 10));
            assertEquals(List.of(expected.get(3)), tx.trust().of(one, 1, 10));
            assertEquals(List.of(expected.get(0)), tx.trust().of(one, 0, 1));
            assertEquals(
                    Map.of(TrustPart.INSTALLATION, 2L, two, 3L, one, 4L),
                    tx.trust().revisions());
            return tx;
        });
    }

    /** More writers than connections; some of them fail, which must leave no hole. */
    @Test
    default void whoeverReadsOnSkipsNothing() throws Exception {
        int writers = 24;
        int writes = 20;
        List<String> parts = List.of(
                TrustPart.INSTALLATION,
                samples().organization().id(),
                samples().organization().id());
        Map<String, Long> revisions = new ConcurrentHashMap<>();
        AtomicBoolean writing = new AtomicBoolean(true);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<List<RecordedChange>> slowly = threads.submit(() -> follow(writing, 3));
            Future<List<RecordedChange>> quickly = threads.submit(() -> follow(writing, 100));
            CyclicBarrier start = new CyclicBarrier(writers);
            List<Future<?>> done = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                int number = writer;
                done.add(threads.submit(() -> {
                    LedgerContract.await(start);
                    for (int write = 0; write < writes; write++) {
                        write(parts, number, write, revisions);
                    }
                }));
            }
            done.forEach(LedgerContract::join);
            writing.set(false);
            List<RecordedChange> seen = LedgerContract.join(slowly);
            assertEquals(ledger().read(tx -> tx.trust().after(0, 10_000)), seen);
            assertEquals(seen, LedgerContract.join(quickly));
            assertUnbroken(seen);
            // Of five writes one fails and one says two things.
            assertEquals(writers * writes, seen.size());
            assertEquals(writers * writes * 4 / 5, revisions.size());
            for (RecordedChange change : seen) {
                TrustChange.GrantsOverridden override = (TrustChange.GrantsOverridden) change.change();
                long last = revisions.get(override.subject());
                assertTrue(change.revision() == last || change.revision() == last - 1, override.subject());
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void write(List<String> parts, int writer, int write, Map<String, Long> revisions) {
        String name = writer + "." + write;
        TrustChange change = new TrustChange.GrantsOverridden(name, Grants.NONE);
        try {
            long revision = ledger().write(tx -> {
                        tx.announce(parts.get((writer + write) % parts.size()), change);
                        if (write % 5 == 1) {
                            tx.announce(parts.get(write % parts.size()), change);
                        } else if (write % 5 == 2) {
                            throw Refusal.notFound(name);
                        }
                        return tx;
                    })
                    .revision();
            revisions.put(name, revision);
        } catch (Refusal refusal) {
            assertEquals(Refusal.Code.NOT_FOUND, refusal.code());
        }
    }

    /** Polls for what comes after the last it saw, until nobody writes any more. */
    private List<RecordedChange> follow(AtomicBoolean writing, int limit) {
        List<RecordedChange> seen = new ArrayList<>();
        while (true) {
            boolean more = writing.get();
            long last = seen.isEmpty() ? 0 : seen.get(seen.size() - 1).revision();
            List<RecordedChange> next = ledger().read(tx -> {
                List<RecordedChange> changes = tx.trust().after(last, limit);
                assertTrue(changes.size() == limit || tx.trust().head() == last + changes.size());
                return changes;
            });
            seen.addAll(next);
            if (!more && next.isEmpty()) {
                return seen;
            }
        }
    }

    private static void assertUnbroken(List<RecordedChange> changes) {
        Map<String, Long> previous = new HashMap<>();
        long revision = 0;
        for (RecordedChange change : changes) {
            assertEquals(++revision, change.revision());
            assertEquals(previous.getOrDefault(change.part(), 0L), change.previousRevision());
            previous.put(change.part(), change.revision());
        }
    }

    @Test
    default void indexesAreHandedOutOnce() throws Exception {
        int reservers = 8;
        List<String> parts = new ArrayList<>(List.of(TrustPart.INSTALLATION));
        for (int i = 0; i < 100; i++) {
            parts.add(samples().organization().id());
        }
        CyclicBarrier together = new CyclicBarrier(reservers);
        ExecutorService threads = Executors.newFixedThreadPool(reservers);
        try {
            List<Future<Map<String, List<int[]>>>> done = new ArrayList<>();
            for (int reserver = 0; reserver < reservers; reserver++) {
                int count = reserver + 1;
                Callable<Map<String, List<int[]>>> reserving = () -> {
                    Map<String, List<int[]>> blocks = new HashMap<>();
                    for (String part : parts) {
                        // All at once, so that all meet a part that has no list yet.
                        LedgerContract.await(together);
                        for (int i = 0; i < 2; i++) {
                            int first = ledger().reserveIndexes(part, count);
                            blocks.computeIfAbsent(part, id -> new ArrayList<>())
                                    .add(new int[] {first, first + count});
                        }
                    }
                    return blocks;
                };
                done.add(threads.submit(reserving));
            }
            Map<String, BitSet> taken = new HashMap<>();
            for (Future<Map<String, List<int[]>>> each : done) {
                LedgerContract.join(each).forEach((part, blocks) -> {
                    BitSet indexes = taken.computeIfAbsent(part, id -> new BitSet());
                    for (int[] block : blocks) {
                        assertEquals(-1, firstTaken(indexes, block), "handed out twice in " + part);
                        indexes.set(block[0], block[1]);
                    }
                });
            }
            assertEquals(parts.size(), taken.size());
        } finally {
            threads.shutdownNow();
        }
    }

    private static int firstTaken(BitSet indexes, int[] block) {
        int next = indexes.nextSetBit(block[0]);
        return next < block[1] ? next : -1;
    }
}
