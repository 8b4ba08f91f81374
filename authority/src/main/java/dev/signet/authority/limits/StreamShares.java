package dev.signet.authority.limits;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many streams there are, of all and of each credential. Thread-safe. */
public final class StreamShares {
    /** Streams end when verifiers do, or go elsewhere; asking sooner is of no use. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);

    private final int most;
    private final int mostOfOne;
    private final Map<String, Integer> open = new HashMap<>();
    private int all;

    /**
     * None yet.
     *
     * @param mostOfOne of one credential
     */
    public StreamShares(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** Of an authority. */
    public static StreamShares of(LimitsConfig config) {
        return new StreamShares(config.watchStreams(), config.watchStreamsPerCredential());
    }

    /**
     * Opens one.
     *
     * @param subject the credential's id
     * @return to be run when it has ended, once or more often
     * @throws Refusal {@code TOO_MANY_STREAMS} where there are too many
     */
    public synchronized Runnable open(String subject) {
        int own = open.getOrDefault(subject, 0);
        if (own >= mostOfOne) {
            throw Refusal.tooMuch(
                    "TOO_MANY_STREAMS", "there are " + own + " streams of this credential already", RETRY_AFTER);
        }
        if (all >= most) {
            throw Refusal.tooMuch("TOO_MANY_STREAMS", "there are " + all + " streams already", RETRY_AFTER);
        }
        open.put(subject, own + 1);
        all++;
        AtomicBoolean ended = new AtomicBoolean();
        return () -> {
            if (ended.compareAndSet(false, true)) {
                end(subject);
            }
        };
    }

    private synchronized void end(String subject) {
        open.computeIfPresent(subject, (same, count) -> count == 1 ? null : count - 1);
        all--;
    }
}
