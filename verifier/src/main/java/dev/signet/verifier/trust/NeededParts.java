package dev.signet.verifier.trust;

import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Organizations that are not watched but needed, as tokens of theirs are asked about. Thread-safe. */
public final class NeededParts {
    /** How many organizations are held beside the watched ones, where nothing else is said. */
    public static final int DEFAULT_LIMIT = 1_000;

    /** How long one is held that nobody asks about, where nothing else is said. */
    public static final Duration DEFAULT_IDLE = Duration.ofMinutes(15);

    private static final int ON_THEIR_WAY = 100;

    private final int limit;
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private volatile Consumer<String> onNeed = id -> {};
    private volatile Consumer<String> onLetGo = id -> {};

    /** @param limit how many are held at the same time; those that are needed least make room */
    public NeededParts(int limit) {
        this.limit = limit;
    }

    /**
     * Has a feed supply what is needed.
     *
     * @param onNeed told once of each, on the thread that needs it; it must not wait
     * @param onLetGo told of one that is not held any more, on any thread; it counts as needed until {@link #forget}
     */
    public void supply(Consumer<String> onNeed, Consumer<String> onLetGo) {
        this.onNeed = onNeed;
        this.onLetGo = onLetGo;
    }

    /** What is held, or on its way, in the order of ids. */
    public Set<String> ids() {
        return Collections.unmodifiableSet(new TreeSet<>(ids));
    }

    /** One that was let go, or cannot be had: when it is needed anew it is asked for anew. */
    public void forget(String id) {
        ids.remove(id);
    }

    int limit() {
        return limit;
    }

    /** Whether it is held, or on its way. */
    public boolean contains(String id) {
        return ids.contains(id);
    }

    void need(String id) {
        // Those on their way come on top of those that are held, which make room for them.
        if (ids.size() < limit + ON_THEIR_WAY && ids.add(id)) {
            onNeed.accept(id);
        }
    }

    void letGo(String id) {
        onLetGo.accept(id);
    }
}
