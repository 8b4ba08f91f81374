package dev.signet.authority.feed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A thread of a simulated process. What it is given it does at once when it is idle, and else behind what it does; while
 * it is paused, nothing. Delays are measured by the true time, and stand still while it is paused.
 */
final class SimulatedThread extends AbstractExecutorService implements ScheduledExecutorService {
    private final VirtualTime time;
    private final Consumer<Throwable> onFault;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Set<Timer> timers = new HashSet<>();
    private int done;
    private boolean running;
    private boolean paused;
    private boolean ended;

    /** @param onFault told of what a task throws, which would end a real thread */
    SimulatedThread(VirtualTime time, Consumer<Throwable> onFault) {
        this.time = time;
        this.onFault = onFault;
    }

    boolean isBusy() {
        return running || paused;
    }

    /** How much it has done so far. */
    int done() {
        return done;
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            throw new RejectedExecutionException("the process has ended");
        }
        waiting.add(task);
        run();
    }

    private void run() {
        if (running) {
            return;
        }
        running = true;
        while (!paused && !ended && !waiting.isEmpty()) {
            Runnable next = waiting.remove();
            done++;
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                onFault.accept(e);
            }
        }
        running = false;
    }

    void pause() {
        paused = true;
        List.copyOf(timers).forEach(Timer::stop);
    }

    void resume() {
        if (paused && !ended) {
            paused = false;
            List.copyOf(timers).forEach(Timer::goOn);
            run();
        }
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        if (ended) {
            throw new RejectedExecutionException("the process has ended");
        }
        Timer timer = new Timer(task, unit.toNanos(delay));
        timers.add(timer);
        if (!paused) {
            timer.goOn();
        }
        return timer;
    }

    private final class Timer extends FutureTask<Void> implements ScheduledFuture<Void> {
        private long left;
        private VirtualTime.@org.jspecify.annotations.Nullable Happening due;

        Timer(Runnable task, long left) {
            super(task, null);
            this.left = left;
        }

        void goOn() {
            due = time.in(left, () -> {
                timers.remove(this);
                if (!ended) {
                    execute(this);
                }
            });
        }

        void stop() {
            if (due != null) {
                left = due.at() - time.now();
                due.callOff();
            }
        }

        @Override
        public boolean cancel(boolean interrupt) {
            timers.remove(this);
            if (due != null) {
                due.callOff();
            }
            return super.cancel(interrupt);
        }

        @Override
        protected void setException(Throwable fault) {
            onFault.accept(fault);
            super.setException(fault);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due == null ? left : due.at() - time.now(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }

        @Override
        public boolean equals(Object o) {
            return this == o;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Callable<T> task) {
        return new FutureTask<>(task) {
            @Override
            public T get() throws InterruptedException, java.util.concurrent.ExecutionException {
                if (!isDone()) {
                    throw new IllegalStateException("whoever waits in a simulation waits for ever");
                }
                return super.get();
            }
        };
    }

    @Override
    protected <T> RunnableFuture<T> newTaskFor(Runnable task, T value) {
        return newTaskFor(() -> {
            task.run();
            return value;
        });
    }

    @Override
    public void shutdown() {
        ended = true;
        List.copyOf(timers).forEach(timer -> timer.cancel(false));
        waiting.clear();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown();
        return new ArrayList<>();
    }

    @Override
    public boolean isShutdown() {
        return ended;
    }

    @Override
    public boolean isTerminated() {
        return ended;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return ended;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long first, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("nobody needs it");
    }
}
