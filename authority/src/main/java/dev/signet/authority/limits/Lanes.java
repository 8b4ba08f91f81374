package dev.signet.authority.limits;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The lanes of one port. What ends something has its own, and so goes whatever else there is to do; as have the feed, and
 * what anybody can send who is not known to have a credential.
 */
public final class Lanes implements AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    /** Whoever ends something had rather wait. */
    private static final Duration LONGEST_WAIT_TO_REVOKE = Duration.ofSeconds(10);

    /** Calls wait for the store, which a few connections serve; more threads would only queue there. */
    private static final int THREADS = 32;

    private static final int MOST_WAITING = 4_096;
    private static final int FEW_THREADS = 8;
    private static final int FEW_WAITING = 1_024;
    private static final int STRANGERS_OF_ONE_CONNECTION = 64;
    private static final int LOOKUPS_OF_ONE_CONNECTION = 128;

    private final Lane feed;
    private final Lane revocations;
    private final Lane calls;
    private final Lane lookups;
    private final Lane strangers;
    private final Shares sharesOfStrangers = new Shares(STRANGERS_OF_ONE_CONNECTION);
    private final Shares sharesOfLookups = new Shares(LOOKUPS_OF_ONE_CONNECTION);

    /**
     * Builds them; threads start with what comes.
     *
     * @param port of whom the threads are named
     * @param nanos monotonic time
     */
    public Lanes(String port, LongSupplier nanos) {
        // Limited by the streams there are, and by what is read ahead of each.
        feed = new Lane(port + "-feed", FEW_THREADS, Integer.MAX_VALUE, Duration.ofDays(1), nanos);
        revocations = new Lane(port + "-revoke", FEW_THREADS, FEW_WAITING, LONGEST_WAIT_TO_REVOKE, nanos);
        calls = new Lane(port + "-call", THREADS, MOST_WAITING, LONGEST_WAIT, nanos);
        lookups = new Lane(port + "-lookup", FEW_THREADS, MOST_WAITING, LONGEST_WAIT, nanos);
        // They check signatures: at most with half of the processors, whoever sends however many.
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        strangers = new Lane(port + "-stranger", half, FEW_WAITING, LONGEST_WAIT, nanos);
    }

    /** For a call of somebody known. */
    public Lane of(CallKind kind) {
        return switch (kind) {
            case FEED -> feed;
            case READ, CHANGE -> calls;
            case LOOKUP -> lookups;
            case ROTATION, DELETION, EMERGENCY -> revocations;
        };
    }

    /** For finding out whether a call is of somebody. */
    public Lane strangers() {
        return strangers;
    }

    /** What strangers may have waiting there, by their connections. */
    public Shares sharesOfStrangers() {
        return sharesOfStrangers;
    }

    /** What may be looked up at a time for who needs no credential for it, by their connections. */
    public Shares sharesOfLookups() {
        return sharesOfLookups;
    }

    /** How many wait in each. */
    public Map<String, Double> waiting() {
        Map<String, Double> waiting = new TreeMap<>();
        waiting.put("feed", (double) feed.waiting());
        waiting.put("revocations", (double) revocations.waiting());
        waiting.put("calls", (double) calls.waiting());
        waiting.put("lookups", (double) lookups.waiting());
        waiting.put("strangers", (double) strangers.waiting());
        return waiting;
    }

    @Override
    public void close() {
        List.of(feed, revocations, calls, lookups, strangers).forEach(Lane::close);
    }
}
