package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DurabilityTest {
    private final HeldSync disk = new HeldSync();
    private final Durability durability = new Durability(disk);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    /** A disk that takes as long as the test likes. */
    private static final class HeldSync implements Durability.Sync {
        private final AtomicInteger begun = new AtomicInteger();
        private final Semaphore beginnings = new Semaphore(0);
        private final Semaphore permits = new Semaphore(0);

        @Override
        public void run() {
            begun.incrementAndGet();
            beginnings.release();
            permits.acquireUninterruptibly();
        }

        void awaitBegun() throws InterruptedException {
            assertTrue(beginnings.tryAcquire(20, TimeUnit.SECONDS), "no sync began");
        }

        void end() {
            permits.release();
        }
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private static void commit(Durability durability, Runnable commit) {
        durability.commit(commit);
        durability.await();
    }

    @Test
    void aCommitIsSyncedAfterIt() {
        List<String> log = new ArrayList<>();
        commit(new Durability(() -> log.add("sync")), () -> log.add("commit"));
        assertEquals(List.of("commit", "sync"), log);
    }

    @Test
    void readsOfWhatIsOnTheDiskWaitForNothing() {
        AtomicInteger syncs = new AtomicInteger();
        Durability counted = new Durability(syncs::incrementAndGet);
        counted.awaitRead();
        assertEquals(0, syncs.get());
        commit(counted, DurabilityTest::nothing);
        assertEquals(1, syncs.get());
        counted.awaitRead();
        assertEquals(1, syncs.get());
    }

    @Test
    void aSyncThatWasUnderWayDoesNotCountForALaterCommit() throws Exception {
        Future<?> first = threads.submit(() -> commit(durability, DurabilityTest::nothing));
        disk.awaitBegun();
        CountDownLatch committed = new CountDownLatch(1);
        Future<?> second = threads.submit(() -> commit(durability, committed::countDown));
        committed.await();
        disk.end();
        first.get(20, TimeUnit.SECONDS);
        disk.awaitBegun();
        assertFalse(second.isDone());
        disk.end();
        second.get(20, TimeUnit.SECONDS);
        assertEquals(2, disk.begun.get());
    }

    /** What is visible may not be written yet: a sync before the commit's end would find nothing of it. */
    @Test
    void aReaderWaitsForTheEndOfACommitThatItMayHaveSeenAndForASyncAfterIt() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> commit = threads.submit(() -> durability.commit(() -> {
            committing.countDown();
            await(goOn);
        }));
        committing.await();
        Thread reader = new Thread(() -> durability.awaitRead());
        reader.start();
        awaitWaiting(reader);
        assertEquals(0, disk.begun.get());
        goOn.countDown();
        commit.get(20, TimeUnit.SECONDS);
        disk.awaitBegun();
        assertTrue(reader.isAlive());
        disk.end();
        reader.join(20_000);
        assertFalse(reader.isAlive());
        durability.awaitRead();
        assertEquals(1, disk.begun.get());
    }

    /** A sync that was under way when a commit ended covers nothing of it. */
    @Test
    void aReaderIsNotServedByASyncThatBeganBeforeTheEndOfACommit() throws Exception {
        Future<?> first = threads.submit(() -> commit(durability, DurabilityTest::nothing));
        disk.awaitBegun();
        durability.commit(DurabilityTest::nothing);
        Thread reader = new Thread(() -> durability.awaitRead());
        reader.start();
        awaitWaiting(reader);
        disk.end();
        first.get(20, TimeUnit.SECONDS);
        disk.awaitBegun();
        assertTrue(reader.isAlive());
        disk.end();
        reader.join(20_000);
        assertFalse(reader.isAlive());
        assertEquals(2, disk.begun.get());
    }

    @Test
    void anInterruptLetsNobodyReadBefore() throws Exception {
        CountDownLatch committing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<?> commit = threads.submit(() -> durability.commit(() -> {
            committing.countDown();
            await(goOn);
        }));
        committing.await();
        AtomicInteger interrupts = new AtomicInteger();
        Thread reader = new Thread(() -> {
            durability.awaitRead();
            interrupts.addAndGet(Thread.interrupted() ? 1 : 0);
        });
        reader.start();
        awaitWaiting(reader);
        reader.interrupt();
        disk.end();
        assertEquals(0, disk.begun.get());
        goOn.countDown();
        commit.get(20, TimeUnit.SECONDS);
        reader.join(20_000);
        assertEquals(1, interrupts.get());
        assertEquals(1, disk.begun.get());
    }

    @Test
    void aReaderWaitsForASyncThatIsUnderWay() throws Exception {
        Future<?> commit = threads.submit(() -> commit(durability, DurabilityTest::nothing));
        disk.awaitBegun();
        Thread reader = new Thread(() -> durability.awaitRead());
        reader.start();
        awaitWaiting(reader);
        // One for the sync under way, one for the reader's own, as the other may have begun before what it read.
        disk.end();
        disk.end();
        commit.get(20, TimeUnit.SECONDS);
        reader.join(20_000);
        assertFalse(reader.isAlive());
    }

    @Test
    void oneSyncServesAllWhoWait() throws Exception {
        Future<?> first = threads.submit(() -> commit(durability, DurabilityTest::nothing));
        disk.awaitBegun();
        int waiters = 12;
        List<Thread> waiting = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            Thread waiter = new Thread(() -> commit(durability, DurabilityTest::nothing));
            waiter.start();
            waiting.add(waiter);
        }
        for (Thread waiter : waiting) {
            awaitWaiting(waiter);
        }
        disk.end();
        first.get(20, TimeUnit.SECONDS);
        disk.awaitBegun();
        disk.end();
        for (Thread waiter : waiting) {
            waiter.join(20_000);
            assertFalse(waiter.isAlive());
        }
        assertEquals(2, disk.begun.get());
    }

    @Test
    void afterASyncThatFailedNobodyIsServedAnyMore() {
        AtomicInteger syncs = new AtomicInteger();
        Durability failing = new Durability(() -> {
            if (syncs.incrementAndGet() == 2) {
                throw new IOException("the disk is gone");
            }
        });
        commit(failing, DurabilityTest::nothing);
        assertThrows(IllegalStateException.class, () -> commit(failing, DurabilityTest::nothing));
        assertThrows(IllegalStateException.class, failing::awaitRead);
        assertThrows(IllegalStateException.class, () -> commit(failing, DurabilityTest::nothing));
        assertEquals(2, syncs.get());
    }

    @Test
    void aCommitThatFailedHoldsUpNoReaderForEver() {
        AtomicInteger syncs = new AtomicInteger();
        Durability counted = new Durability(syncs::incrementAndGet);
        assertThrows(
                IllegalStateException.class,
                () -> counted.commit(() -> {
                    throw new IllegalStateException("collided");
                }));
        counted.awaitRead();
        counted.awaitRead();
        assertEquals(1, syncs.get());
    }

    /** Returns once a thread waits; one that is through already did not wait. */
    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.BLOCKED && thread.getState() != Thread.State.WAITING) {
            assertNotEquals(Thread.State.TERMINATED, thread.getState());
            Thread.onSpinWait();
        }
    }

    private static void nothing() {}

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
