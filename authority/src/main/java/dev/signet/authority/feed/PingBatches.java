package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Pings that are answered together, each by what is read after it arrived. The first of some is answered at once; where
 * reads are to be few, those that come next wait for each other.
 */
final class PingBatches {
    private final PublisherThread thread;
    private final Consumer<List<Waiting>> answer;
    private final Supplier<Duration> pause;
    private final ConcurrentLinkedQueue<Waiting> pings = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private boolean resting;

    /**
     * No ping waits yet.
     *
     * @param answer takes a batch, on the thread
     * @param pause how long after a batch the next may be taken; zero for at once
     */
    PingBatches(PublisherThread thread, Consumer<List<Waiting>> answer, Supplier<Duration> pause) {
        this.thread = thread;
        this.answer = answer;
        this.pause = pause;
    }

    record Waiting(Watcher watcher, ByteString nonce) {}

    /** May be called by any thread. */
    void add(Watcher watcher, ByteString nonce) {
        pings.add(new Waiting(watcher, nonce));
        if (scheduled.compareAndSet(false, true)) {
            thread.execute(this::take);
        }
    }

    private void take() {
        if (resting) {
            // They are taken when it is over.
            return;
        }
        scheduled.set(false);
        List<Waiting> waiting = new ArrayList<>();
        for (Waiting ping = pings.poll(); ping != null; ping = pings.poll()) {
            waiting.add(ping);
        }
        answer.accept(waiting);
        Duration length = pause.get();
        if (!length.isZero()) {
            resting = true;
            var unused = thread.later(this::goOn, length);
        }
    }

    private void goOn() {
        resting = false;
        if (scheduled.get()) {
            take();
        }
    }
}
