package dev.signet.authority.e2e;

import dev.signet.authority.e2e.history.Verification;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Asks verifiers about values over and over, for a while after each was shown: long enough for it to have ended, and for
 * that to be certain.
 */
final class Questions {
    private static final long BETWEEN_QUESTIONS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Duration asLong;
    private final Consumer<Verification> record;
    private final Deque<Shown> recent = new ArrayDeque<>();
    private final List<RecordingClient.Value> asked = new ArrayList<>();
    private volatile boolean enough;

    /** @param asLong how long each value is asked about */
    Questions(Duration asLong, Consumer<Verification> record) {
        this.asLong = asLong;
        this.record = record;
    }

    private record Shown(Instant when, RecordingClient.Value value) {}

    /** From now on it is asked about. */
    synchronized void add(RecordingClient.Value value) {
        Instant now = Instant.now();
        recent.add(new Shown(now, value));
        asked.add(value);
        while (recent.element().when().isBefore(now.minus(asLong))) {
            recent.remove();
            asked.remove(0);
        }
    }

    private synchronized RecordingClient.Value any(Random random) {
        return asked.get(random.nextInt(asked.size()));
    }

    private synchronized boolean isEmpty() {
        return asked.isEmpty();
    }

    void finish() {
        enough = true;
    }

    /** Until {@link #finish} is called. */
    void askOnAndOn(Verifier verifier, String name, long seed) {
        Random random = new Random(seed);
        while (!enough) {
            if (!isEmpty()) {
                ask(verifier, name, any(random));
            }
            LockSupport.parkNanos(BETWEEN_QUESTIONS);
        }
    }

    void ask(Verifier verifier, String name, RecordingClient.Value value) {
        Instant begin = Instant.now();
        String verdict;
        try {
            verdict = verifier.verdict(value.text());
        } catch (StatusRuntimeException e) {
            verdict = e.getStatus().getCode().name();
        }
        record.accept(new Verification(value.id(), name, begin, Instant.now(), verdict));
    }
}
