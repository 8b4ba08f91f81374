package dev.signet.verifier.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * A scheduler in virtual time. Nothing runs until {@link #runDue} or {@link #advance} is called, and then on that
 * thread, in the order of the times and of submission. A task that throws fails the test, where a real scheduler would
 * swallow it.
 */
public final class FakeScheduler extends AbstractExecutorService implements ScheduledExecutorService {
    private final FakeClocks clocks;
    private final PriorityQueue<Task<?>> tasks = new PriorityQueue<>(
            Comparator.comparingLong((Task<?> task) -> task.at).thenComparingLong(task -> task.sequence));
    private long now;
    private long submitted;
    private boolean shutdown;

    /** @param clocks are moved along with the scheduler's own time */
    public FakeScheduler(FakeClocks clocks) {
        this.clocks = clocks;
    }

    /** Runs what is due, and what that makes due. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /** Lets time pass and runs each task at its time. */
    public void advance(Duration by) {
        long end = now + by.toNanos();
        for (Task<?> next = tasks.peek(); next != null && next.at <= end; next = tasks.peek()) {
            tasks.remove(next);
            if (!next.isCancelled()) {
                moveTo(next.at);
                next.runLoudly();
            }
        }
        moveTo(end);
    }

    /** After which delays from now something is to run. */
    public List<Duration> waiting() {
        List<Duration> delays = new ArrayList<>();
        for (Task<?> task : tasks) {
            if (!task.isCancelled()) {
                delays.add(Duration.ofNanos(task.at - now));
            }
        }
        delays.sort(Comparator.naturalOrder());
        return delays;
    }

    private void moveTo(long time) {
        // Overdue tasks run late; time never goes back.
        if (time > now) {
            clocks.jumpElapsed(Duration.ofNanos(time - now));
            clocks.jumpWall(
                    Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(time) - TimeUnit.NANOSECONDS.toMillis(now)));
            now = time;
        }
    }

    @Override
    public void execute(Runnable command) {
        add(new Task<>(Executors.callable(command), now, submitted++));
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        Task<V> task = new Task<>(callable, now + unit.toNanos(delay), submitted++);
        add(task);
        return task;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        shutdown = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        List<Runnable> rest = List.copyOf(tasks);
        tasks.clear();
        return rest;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean isTerminated() {
        return shutdown && tasks.isEmpty();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return isTerminated();
    }

    private void add(Task<?> task) {
        if (shutdown) {
            throw new RejectedExecutionException("shut down");
        }
        tasks.add(task);
    }

    private final class Task<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private final long at;
        private final long sequence;

        Task(Callable<V> callable, long at, long sequence) {
            super(callable);
            this.at = at;
            this.sequence = sequence;
        }

        void runLoudly() {
            run();
            try {
                get();
            } catch (ExecutionException e) {
                throw new AssertionError("a scheduled task failed", e.getCause());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - now, TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
