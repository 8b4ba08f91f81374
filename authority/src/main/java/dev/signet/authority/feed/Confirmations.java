package dev.signet.authority.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** Which watchers have confirmed a change, and who waits for them to. Used by the publisher's thread only. */
final class Confirmations {
    private static final int MOST_NAMED = 20;

    private final Watchers watchers;
    private final WatchersElsewhere elsewhere;
    private final InstantSource clock;
    private final PublisherThread thread;
    private final List<Wait> waits = new ArrayList<>();
    private boolean settling;

    /**
     * Nobody waits yet.
     *
     * @param watchers those that are connected, now and later
     * @param elsewhere those that are connected to other authorities
     */
    Confirmations(Watchers watchers, WatchersElsewhere elsewhere, InstantSource clock, PublisherThread thread) {
        this.watchers = watchers;
        this.elsewhere = elsewhere;
        this.clock = clock;
        this.thread = thread;
    }

    private record Wait(CommittedChange change, Certainty certain, CompletableFuture<Propagation> answer) {}

    /** Completes the answer once all have confirmed, the time is over, or the change is certain anyway. */
    void await(CommittedChange change, Certainty certain, Duration atMost, CompletableFuture<Propagation> answer) {
        Propagation now = propagation(change, certain);
        Duration time = atMost.compareTo(now.certainIn()) < 0 ? atMost : now.certainIn();
        if (now.pending() == 0 || time.isZero()) {
            answer.complete(now);
            return;
        }
        Wait wait = new Wait(change, certain, answer);
        waits.add(wait);
        Future<?> over = thread.later(() -> finish(wait), time);
        // Also where whoever asked has given up.
        var unused = answer.whenComplete((done, error) -> {
            if (over != null) {
                over.cancel(false);
            }
            thread.execute(() -> finish(wait));
        });
    }

    /** Settles behind what waits already: the acknowledgements of many watchers are looked at together. */
    void settleSoon() {
        if (!settling) {
            settling = true;
            thread.execute(() -> {
                settling = false;
                settle();
            });
        }
    }

    /** Answers those who wait for nobody any more. */
    void settle() {
        for (Wait wait : List.copyOf(waits)) {
            if (propagation(wait.change(), wait.certain()).pending() == 0) {
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
            wait.answer().complete(propagation(wait.change(), wait.certain()));
        }
    }

    private Propagation propagation(CommittedChange change, Certainty certain) {
        int[] count = new int[2];
        List<String> pending = new ArrayList<>();
        watchers.forEach(change.part(), watcher -> {
            if (!watcher.hasEnded() && watcher.acknowledged() >= change.revision()) {
                count[0]++;
            } else if (!watcher.hasEnded()) {
                count[1]++;
                if (pending.size() < MOST_NAMED && watcher.mayBeNamedFor(change.part())) {
                    pending.add(watcher.verifier());
                }
            }
        });
        elsewhere.forEach(change.part(), verifier -> {
            if (verifier.acknowledged() >= change.revision()) {
                count[0]++;
            } else {
                count[1]++;
                if (pending.size() < MOST_NAMED
                        && Watcher.mayBeNamed(verifier.verifier(), verifier.organization(), change.part())) {
                    pending.add(verifier.verifier());
                }
            }
        });
        Instant now = clock.instant();
        return new Propagation(
                change.revision(),
                count[0],
                count[1],
                certain.ofAll(),
                left(now, certain.ofAll()),
                certain.differing().entrySet().stream()
                        .map(audience -> new Propagation.AudienceCertainty(
                                audience.getKey(), audience.getValue(), left(now, audience.getValue())))
                        .toList(),
                pending);
    }

    private static Duration left(Instant now, Instant certainBy) {
        Duration left = Duration.between(now, certainBy);
        return left.isNegative() ? Duration.ZERO : left;
    }
}
