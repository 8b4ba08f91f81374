package dev.signet.authority.limits;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/** How much of something each of those who share it has at a time, so that none has all of it. Thread-safe. */
public final class Shares {
    private final int each;
    private final ConcurrentHashMap<Object, Integer> taken = new ConcurrentHashMap<>();

    /** @param each how much one may have at a time */
    public Shares(int each) {
        this.each = each;
    }

    /**
     * Takes one, to be given back.
     *
     * @param who by whatever is equal for the same one
     * @throws Refusal {@code OVERLOADED} where that one has its share
     */
    public void take(Object who) {
        // Refused within, so that nothing is kept of whoever has none.
        taken.compute(who, (same, had) -> {
            int has = had == null ? 0 : had;
            if (has >= each) {
                throw Lane.overloaded(Duration.ZERO);
            }
            return has + 1;
        });
    }

    public void giveBack(Object who) {
        taken.computeIfPresent(who, (same, had) -> had == 1 ? null : had - 1);
    }

    /** How many have any. */
    int size() {
        return taken.size();
    }
}
