package dev.signet.authority.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Which watchers have confirmed a change, and who waits for them to. Used by the publisher's thread only. */
final class Confirmations {
    private final List<Watcher> watchers;
    private final InstantSource clock;
    private final Executor thread;
    private final List<Wait> waits = new ArrayList<>();

    /**
     * Nobody waits yet.
     *
     * @param watchers those that are connected, now and later
     * @param thread the publisher's
     */
    Confirmations(List<Watcher> watchers, InstantSource clock, Executor thread) {
        this.watchers = watchers;
        this.clock = clock;
        this.thread = thread;
    }

    private record Wait(CommittedChange change, Instant certainBy, CompletableFuture<Propagation> answer) {}

    /** Completes the answer once all have confirmed, the time is over, or the change is certain anyway. */
    void await(CommittedChange change, Instant certainBy, Duration atMost, CompletableFuture<Propagation> answer) {
        Propagation now = propagation(change, certainBy);
        Duration time = atMost.compareTo(now.certainIn()) < 0 ? atMost : now.certainIn();
        if (now.pending() == 0 || time.isZero()) {
            answer.complete(now);
            return;
        }
        Wait wait = new Wait(change, certainBy, answer);
        waits.add(wait);
        CompletableFuture<Void> over =
                new CompletableFuture<Void>().completeOnTimeout(null, time.toNanos(), TimeUnit.NANOSECONDS);
        // Also where it is answered already, or whoever asked has given up.
        var unused = CompletableFuture.anyOf(over, answer).whenComplete((done, error) -> {
            over.complete(null);
            thread.execute(() -> finish(wait));
        });
    }

    /** Answers those who wait for nobody any more. */
    void settle() {
        for (Wait wait : List.copyOf(waits)) {
            if (propagation(wait.change(), wait.certainBy()).pending() == 0) {
                finish(wait);
            }
        }
    }

    /** Answers all who wait, however far it is. */
    void close() {
        List.copyOf(waits).forEach(this::finish);
    }

    private void finish(Wait wait) {
        if (waits.remove(wait)) {
            wait.answer().complete(propagation(wait.change(), wait.certainBy()));
        }
    }

    private Propagation propagation(CommittedChange change, Instant certainBy) {
        int confirmed = 0;
        int pending = 0;
        for (Watcher watcher : watchers) {
            if (watcher.watches(change.part()) && !watcher.hasEnded()) {
                if (watcher.acknowledged() >= change.revision()) {
                    confirmed++;
                } else {
                    pending++;
                }
            }
        }
        Duration left = Duration.between(clock.instant(), certainBy);
        return new Propagation(
                change.revision(), confirmed, pending, certainBy, left.isNegative() ? Duration.ZERO : left);
    }
}
