package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.GroupCommit.Write;
import dev.signet.authority.store.Ledger.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who shares a commit, and when anybody hears of it; the store is one that does as the test says. */
@Timeout(30)
final class GroupCommitTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final HeldGroup store = new HeldGroup();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** Commits and syncs as often as the test permits it. */
    private static final class HeldGroup implements GroupCommit.Group, Write.Attempt {
        private final List<Integer> groups = new CopyOnWriteArrayList<>();
        private final Semaphore commits = new Semaphore(0);
        private final Semaphore syncs = new Semaphore(0);
        private final Semaphore begun = new Semaphore(0);
        private final Semaphore syncing = new Semaphore(0);
        private volatile boolean failsToCommit;
        private volatile boolean failsToSync;

        @Override
        public void commit(List<Write<?>> writes) {
            groups.add(writes.size());
            begun.release();
            commits.acquireUninterruptibly();
            writes.forEach(write -> write.attempt(this));
            if (failsToCommit) {
                throw new IllegalStateException("cannot commit");
            }
        }

        @Override
        public void sync() {
            syncing.release();
            syncs.acquireUninterruptibly();
            if (failsToSync) {
                throw new IllegalStateException("cannot sync");
            }
        }

        @Override
        @SuppressWarnings("NullAway") // No work here looks at its transaction.
        public <T> Committed<T> run(Function<Transaction, T> work) {
            return new Committed<>(work.apply(null), 0);
        }

        void permitAll() {
            commits.release(1_000);
            syncs.release(1_000);
        }
    }

    @AfterEach
    void end() {
        store.permitAll();
        threads.shutdownNow();
    }

    /** One write that is under way, and so many that wait for the next group. */
    private List<Future<Integer>> oneUnderWayAnd(int more, GroupCommit writes) throws InterruptedException {
        List<Future<Integer>> results = new ArrayList<>();
        results.add(threads.submit(() -> begin(writes)));
        store.begun.acquire();
        for (int i = 1; i <= more; i++) {
            int number = i;
            AtomicReference<Thread> caller = new AtomicReference<>();
            results.add(threads.submit(() -> {
                caller.set(Thread.currentThread());
                return writes.write(tx -> number).value();
            }));
            awaitWaiting(caller);
        }
        return results;
    }

    /** Asks again where its turn does not come in time, as on a machine that has much else to do. */
    private static int begin(GroupCommit writes) {
        while (true) {
            try {
                return writes.write(tx -> 0).value();
            } catch (Refusal busy) {
                assertEquals(Refusal.Code.UNAVAILABLE, busy.code());
            }
        }
    }

    @Test
    void thoseWhoWaitShareTheNextCommit() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            List<Future<Integer>> results = oneUnderWayAnd(10, writes);
            store.permitAll();
            for (int i = 0; i <= 10; i++) {
                assertEquals(i, results.get(i).get());
            }
            assertEquals(List.of(1, 10), store.groups);
        }
    }

    @Test
    void whatGoesFirstGoesBeforeWhatWaits() throws Exception {
        List<Integer> order = new CopyOnWriteArrayList<>();
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            List<Future<Integer>> results = oneUnderWayAnd(0, writes);
            for (int number : new int[] {3, 4, -1, 5, -2}) {
                AtomicReference<Thread> caller = new AtomicReference<>();
                Function<Transaction, Integer> work = tx -> {
                    order.add(number);
                    return number;
                };
                results.add(threads.submit(() -> {
                    caller.set(Thread.currentThread());
                    return (number < 0 ? writes.writeFirst(work) : writes.write(work)).value();
                }));
                awaitWaiting(caller);
            }
            store.permitAll();
            for (Future<Integer> each : results) {
                each.get();
            }
            assertEquals(List.of(1, 5), store.groups);
            assertEquals(List.of(-1, -2, 3, 4, 5), order);
        }
    }

    @Test
    void aGroupIsBounded() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            List<Future<Integer>> results = oneUnderWayAnd(GroupCommit.LARGEST + 3, writes);
            store.permitAll();
            for (Future<Integer> each : results) {
                each.get();
            }
            assertEquals(List.of(1, GroupCommit.LARGEST, 3), store.groups);
        }
    }

    @Test
    void nobodyHearsOfACommitBeforeItIsSyncedAndTheNextGroupDoesNotWaitForThat() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            List<Future<Integer>> results = oneUnderWayAnd(2, writes);
            store.commits.release();
            store.syncing.acquire();
            store.begun.acquire();
            assertTrue(results.stream().noneMatch(Future::isDone));
            store.commits.release();
            store.syncs.release();
            assertEquals(0, results.get(0).get());
            store.syncing.acquire();
            assertFalse(results.get(1).isDone() || results.get(2).isDone());
            store.syncs.release();
            assertEquals(1, results.get(1).get());
            assertEquals(2, results.get(2).get());
        }
    }

    @Test
    void whatAWorkThrowsIsItsOwnAndIsToldAfterTheSyncToo() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            Refusal refusal = Refusal.notFound("something");
            List<Future<Integer>> results = oneUnderWayAnd(1, writes);
            AtomicReference<Thread> caller = new AtomicReference<>();
            Future<Integer> failing = threads.submit(() -> {
                caller.set(Thread.currentThread());
                return writes.<Integer>write(tx -> {
                            throw refusal;
                        })
                        .value();
            });
            awaitWaiting(caller);
            store.commits.release(2);
            store.syncing.acquire();
            assertFalse(failing.isDone());
            store.permitAll();
            assertSame(
                    refusal,
                    assertThrows(ExecutionException.class, failing::get).getCause());
            assertEquals(1, results.get(1).get());
        }
    }

    @Test
    void whereTheCommitFailsAllOfItsGroupFailAndNobodyElse() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            store.failsToCommit = true;
            Future<Integer> alone = oneUnderWayAnd(0, writes).get(0);
            store.commits.release();
            assertEquals("cannot commit", failureOf(alone));
            List<Future<Integer>> results = oneUnderWayAnd(3, writes);
            store.commits.release();
            store.begun.acquire();
            assertEquals("cannot commit", failureOf(results.get(0)));
            store.failsToCommit = false;
            store.permitAll();
            assertEquals(3, results.get(3).get());
        }
    }

    @Test
    void whereTheSyncFailsNobodyIsToldThatItWasDone() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            store.failsToSync = true;
            List<Future<Integer>> results = oneUnderWayAnd(3, writes);
            store.permitAll();
            for (Future<Integer> each : results) {
                assertEquals("cannot sync", failureOf(each));
            }
        }
    }

    @Test
    void aTurnThatDoesNotComeIsRefusedAndWhatHasBegunIsWaitedFor() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, Duration.ofMillis(500))) {
            Future<Integer> begun = oneUnderWayAnd(0, writes).get(0);
            Refusal refusal = assertThrows(Refusal.class, () -> writes.write(tx -> 1));
            assertEquals(Refusal.Code.UNAVAILABLE, refusal.code());
            assertFalse(begun.isDone());
            store.permitAll();
            assertEquals(0, begun.get());
            assertEquals(List.of(1), store.groups);
        }
    }

    @Test
    void anInterruptTakesBackOnlyWhatHasNotBegun() throws Exception {
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            Interrupted begun = new Interrupted(writes);
            store.begun.acquire();
            Interrupted waiting = new Interrupted(writes);
            waiting.thread.interrupt();
            waiting.thread.join();
            assertEquals(Refusal.Code.UNAVAILABLE, ((Refusal) waiting.outcome.get()).code());
            begun.thread.interrupt();
            while (begun.thread.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            store.permitAll();
            begun.thread.join();
            assertEquals("done", begun.outcome.get());
            assertEquals(List.of(1), store.groups);
        }
    }

    /** A caller on a thread of its own, which ends with its interrupt still to be seen. */
    private static final class Interrupted {
        private final AtomicReference<Object> outcome = new AtomicReference<>();
        private final Thread thread;

        Interrupted(GroupCommit writes) {
            thread = new Thread(() -> {
                try {
                    outcome.set(writes.write(tx -> "done").value());
                } catch (Refusal e) {
                    outcome.set(e);
                }
                if (!Thread.currentThread().isInterrupted()) {
                    outcome.set("the interrupt was lost");
                }
            });
            thread.start();
            awaitWaiting(new AtomicReference<>(thread));
        }
    }

    @Test
    void aWriteWithinAWriteIsRefused() {
        store.permitAll();
        try (GroupCommit writes = new GroupCommit(store, LONG)) {
            assertThrows(IllegalStateException.class, () -> writes.write(tx -> writes.write(again -> again)));
        }
    }

    @Test
    void closingWritesWhatWaitsAndRefusesWhatComesLater() throws Exception {
        GroupCommit writes = new GroupCommit(store, LONG);
        List<Future<Integer>> results = oneUnderWayAnd(2, writes);
        store.permitAll();
        writes.close();
        assertEquals(1, results.get(1).get());
        assertEquals(2, results.get(2).get());
        assertThrows(IllegalStateException.class, () -> writes.write(tx -> 3));
    }

    private static String failureOf(Future<?> result) {
        ExecutionException thrown = assertThrows(ExecutionException.class, () -> result.get(20, TimeUnit.SECONDS));
        return String.valueOf(thrown.getCause().getMessage());
    }

    /** Returns once a thread waits, as a caller does for its write. */
    static void awaitWaiting(AtomicReference<Thread> caller) {
        while (caller.get() == null || caller.get().getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
    }
}
