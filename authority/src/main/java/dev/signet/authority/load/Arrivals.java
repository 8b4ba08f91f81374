package dev.signet.authority.load;

import java.util.Locale;

/** How calls are spaced. */
public enum Arrivals {
    /** As those of many callers who know nothing of each other. */
    POISSON,
    /** Equally. */
    CONSTANT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
