package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger.Committed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets the writes that come while others are under way share one commit, and so its cost.
 *
 * <p>One thread makes all writes, so that there is one transaction at a time. It takes those that wait, at most
 * {@value #LARGEST} and those first that are to go first, runs them one after the other in one transaction, and commits. Another thread has the commit synced
 * and only then tells the callers, while the first goes on; where several groups wait for a sync, one serves them all.
 *
 * <p>They are threads of their own rather than one of those who wait, as a caller's thread carries what is its own, such
 * as who is calling, which no other caller's work must see; and so that no interrupt meant for a caller closes the file
 * under everybody.
 */
final class GroupCommit implements AutoCloseable {
    static final int LARGEST = 64;

    /** What a group does at the store. */
    interface Group {
        /**
         * Has each write attempted, in this order, and commits those that did not fail.
         *
         * @throws RuntimeException where nothing of the group was committed
         */
        void commit(List<Write<?>> writes);

        /** Returns once everything that was committed before is on the disk. */
        void sync();
    }

    private final Group group;
    private final Duration patience;
    private final AtomicLong count = new AtomicLong();
    private final BlockingQueue<Write<?>> waiting = new PriorityBlockingQueue<>(LARGEST, Write.ORDER);
    private final BlockingQueue<List<Write<?>>> committed = new LinkedBlockingQueue<>();
    private final Write<Object> end = new Write<>(tx -> tx, false, Long.MAX_VALUE);
    private final Thread writer = new Thread(this::writeAll, "ledger-writer");
    private final Thread teller = new Thread(this::tellAll, "ledger-sync");
    private volatile boolean closed;

    /** @param patience how long a write waits for its turn */
    GroupCommit(Group group, Duration patience) {
        this.group = group;
        this.patience = patience;
        for (Thread thread : List.of(writer, teller)) {
            thread.setDaemon(true);
            thread.start();
        }
    }

    /**
     * Returns or throws what the work did, once that is on the disk.
     *
     * @throws Refusal where its turn does not come, or the thread was interrupted before; nothing was done then
     */
    <T> Committed<T> write(Function<Transaction, T> work) {
        return write(new Write<>(work, false, count.incrementAndGet()));
    }

    /** The same before all that wait and are not made by this. */
    <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return write(new Write<>(work, true, count.incrementAndGet()));
    }

    private <T> Committed<T> write(Write<T> write) {
        if (Thread.currentThread() == writer) {
            throw new IllegalStateException("a transaction within a transaction");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw Refusal.busy();
        }
        waiting.add(write);
        if (closed && waiting.remove(write)) {
            throw new IllegalStateException("the ledger is closed");
        }
        return await(write);
    }

    private <T> Committed<T> await(Write<T> write) {
        try {
            return write.outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return withdraw(write);
        } catch (InterruptedException e) {
            try {
                return withdraw(write);
            } finally {
                Thread.currentThread().interrupt();
            }
        } catch (ExecutionException e) {
            throw thrown(e);
        }
    }

    /** Takes a write back that was not begun; one that was is waited for, however long, as it may be committed. */
    private <T> Committed<T> withdraw(Write<T> write) {
        if (waiting.remove(write)) {
            throw Refusal.busy();
        }
        try {
            return write.outcome.join();
        } catch (CompletionException e) {
            throw thrown(e);
        }
    }

    private static RuntimeException thrown(Exception wrapper) {
        Throwable thrown = wrapper.getCause();
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException runtime ? runtime : new IllegalStateException(thrown);
    }

    private void writeAll() {
        boolean more = true;
        while (more) {
            List<Write<?>> writes = new ArrayList<>();
            writes.add(take(waiting));
            waiting.drainTo(writes, LARGEST - 1);
            more = !writes.remove(end);
            commit(writes);
        }
        committed.add(List.of(end));
    }

    private void commit(List<Write<?>> writes) {
        if (writes.isEmpty()) {
            return;
        }
        try {
            group.commit(writes);
            committed.add(writes);
        } catch (Throwable e) {
            writes.forEach(write -> write.outcome.completeExceptionally(e));
        }
    }

    private void tellAll() {
        boolean more = true;
        while (more) {
            List<List<Write<?>>> groups = new ArrayList<>();
            groups.add(take(committed));
            committed.drainTo(groups);
            more = !groups.remove(List.of(end));
            tell(groups.stream().<Write<?>>flatMap(List::stream).toList());
        }
    }

    private void tell(List<Write<?>> writes) {
        if (writes.isEmpty()) {
            return;
        }
        try {
            group.sync();
            writes.forEach(Write::tell);
        } catch (Throwable e) {
            writes.forEach(write -> write.outcome.completeExceptionally(e));
        }
    }

    private static <T> T take(BlockingQueue<T> queue) {
        while (true) {
            try {
                return queue.take();
            } catch (InterruptedException e) {
                // Nobody has these threads to interrupt them; and they must go on as long as somebody may wait.
            }
        }
    }

    /** Ends once everything that waits is written; what comes later is refused. */
    @Override
    public void close() {
        closed = true;
        waiting.add(end);
        try {
            writer.join();
            teller.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One caller's work, and what became of it. */
    static final class Write<T> {
        /** Those that go first, and else as they came. */
        static final Comparator<Write<?>> ORDER = Comparator.<Write<?>>comparingInt(write -> write.first ? 0 : 1)
                .thenComparingLong(write -> write.number);

        private final Function<Transaction, T> work;
        private final boolean first;
        private final long number;
        private final CompletableFuture<Committed<T>> outcome = new CompletableFuture<>();
        private @Nullable Committed<T> made;
        private @Nullable Throwable failure;

        private Write(Function<Transaction, T> work, boolean first, long number) {
            this.work = work;
            this.first = first;
            this.number = number;
        }

        /** Runs the work; may be called again where it is to be done anew. */
        interface Attempt {
            <T> Committed<T> run(Function<Transaction, T> work);
        }

        /**
         * Runs the work and keeps what it returns or throws, for when the group is committed.
         *
         * @return what it threw, or null
         */
        @Nullable
        Throwable attempt(Attempt attempt) {
            made = null;
            failure = null;
            try {
                made = attempt.run(work);
            } catch (Throwable e) {
                failure = e;
            }
            return failure;
        }

        /** Has the caller get this instead. */
        void fail(Throwable instead) {
            failure = instead;
        }

        private void tell() {
            if (failure != null) {
                outcome.completeExceptionally(failure);
            } else {
                outcome.complete(made);
            }
        }
    }
}
