package dev.signet.authority.load;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a load test found.
 *
 * @param address of the server that was called
 * @param steps of the search for the limit; empty where there was none
 * @param limit the highest rate that holds; null where none was searched, or none holds
 * @param result the run, or that at the limit, or the last one that was tried
 */
public record Report(
        LoadConfig config,
        String address,
        Instant start,
        List<Step> steps,
        @Nullable Step limit,
        RunResult result,
        boolean interrupted) {

    public Report {
        steps = List.copyOf(steps);
    }

    /** Whether there is nothing to complain of. */
    public boolean isGood() {
        return !interrupted && (config.findLimit() ? limit != null : result.isClean());
    }
}
