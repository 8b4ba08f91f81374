package dev.signet.authority.feed;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one thread of a publisher. Once it is gone, so is everyone that work could be for. */
record PublisherThread(ScheduledExecutorService executor) {
    private static final Logger LOG = LoggerFactory.getLogger(PublisherThread.class);

    /** Behind what waits already; false where it is closed. */
    boolean execute(Runnable work) {
        try {
            executor.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
            return false;
        }
    }

    /** Again and again, until it is closed. */
    void every(Duration delay, Runnable work) {
        var unused = executor.scheduleWithFixedDelay(work, delay.toNanos(), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Null where it is closed. */
    @Nullable
    Future<?> later(Runnable work, Duration delay) {
        try {
            return executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
            return null;
        }
    }

    /**
     * Returns once the work is done.
     *
     * @throws IllegalStateException where it failed, or nobody waited for its end
     */
    void await(Runnable work) {
        try {
            executor.submit(work).get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException("not done", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before it was done", e);
        }
    }

    void close() {
        executor.shutdown();
    }

    boolean isClosed() {
        return executor.isShutdown();
    }
}
