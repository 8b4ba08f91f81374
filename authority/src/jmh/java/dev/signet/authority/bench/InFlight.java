package dev.signet.authority.bench;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/** Keeps so many calls under way for a while: as soon as one is answered, the next one leaves in its place. */
final class InFlight {
    private static final int PATIENCE_SECONDS = 30;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int depth;
    private final IntFunction<ListenableFuture<?>> call;

    /**
     * @param call starts the call of a place, 0 to {@code depth - 1}
     */
    InFlight(int depth, IntFunction<ListenableFuture<?>> call) {
        this.depth = depth;
        this.call = call;
    }

    /**
     * What a round has shown.
     *
     * @param cpuMicros what all of this process used for one call, client and server alike
     * @param sorted how long each call took, in nanoseconds
     */
    record Round(double perSecond, double cpuMicros, long[] sorted) {
        double micros(double quantile) {
            return sorted[(int) Math.min(sorted.length - 1L, Math.round(quantile * sorted.length))] / 1e3;
        }
    }

    /** Lets so many calls pass, as the compiler wants its share before anything counts, however busy the machine is. */
    void warmUp(int calls, Duration round) throws InterruptedException {
        for (int done = 0; done < calls; ) {
            done += run(round).sorted.length;
        }
    }

    Round run(Duration time) throws InterruptedException {
        long cpu = PROCESS.getProcessCpuTime();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        CountDownLatch done = new CountDownLatch(depth);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Place[] places = new Place[depth];
        for (int i = 0; i < depth; i++) {
            places[i] = new Place(i, end, done, failure);
            places[i].next();
        }
        if (!done.await(time.toSeconds() + PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("calls that nobody answers");
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpuMicros = (PROCESS.getProcessCpuTime() - cpu) / 1e3;
        if (failure.get() != null) {
            throw new IllegalStateException("a call failed", failure.get());
        }
        long[] all = Arrays.stream(places)
                .flatMapToLong(place -> Arrays.stream(place.took, 0, place.count))
                .sorted()
                .toArray();
        return new Round(all.length / seconds, cpuMicros / all.length, all);
    }

    /** One of the calls under way, one after the other. */
    private final class Place implements FutureCallback<Object> {
        private final int number;
        private final long end;
        private final CountDownLatch done;
        private final AtomicReference<Throwable> failure;
        private long[] took = new long[1024];
        private int count;
        private long sent;

        Place(int number, long end, CountDownLatch done, AtomicReference<Throwable> failure) {
            this.number = number;
            this.end = end;
            this.done = done;
            this.failure = failure;
        }

        void next() {
            sent = System.nanoTime();
            Futures.addCallback(call.apply(number), this, MoreExecutors.directExecutor());
        }

        @Override
        public void onSuccess(Object answer) {
            long now = System.nanoTime();
            if (count == took.length) {
                took = Arrays.copyOf(took, 2 * count);
            }
            took[count++] = now - sent;
            if (now < end) {
                next();
            } else {
                done.countDown();
            }
        }

        @Override
        public void onFailure(Throwable error) {
            failure.set(error);
            done.countDown();
        }
    }
}
