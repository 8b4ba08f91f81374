package dev.signet.authority.load;

import org.jspecify.annotations.Nullable;

/**
 * One rate that was tried.
 *
 * @param problem why it does not hold; null where it does
 */
public record Step(RunResult result, @Nullable String problem) {
    public boolean holds() {
        return problem == null;
    }
}
