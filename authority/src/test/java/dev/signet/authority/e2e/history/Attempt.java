package dev.signet.authority.e2e.history;

import java.time.Instant;
import java.util.Set;

/**
 * One call, by the caller's clock.
 *
 * @param code of the gRPC status
 * @param reason why it was refused, as a program is told; empty where nobody said
 */
public record Attempt(Instant begin, Instant end, String code, String reason) {
    private static final String OK = "OK";
    private static final String NOT_FOUND = "NOT_FOUND";
    private static final Set<String> RETRIED = Set.of("UNAVAILABLE", "DEADLINE_EXCEEDED");
    /** They say that nothing was changed. */
    private static final Set<String> UNDONE = Set.of("STORE_BUSY", "STORE_UNAVAILABLE");

    public boolean isOk() {
        return code.equals(OK);
    }

    public boolean saysNotFound() {
        return code.equals(NOT_FOUND);
    }

    /** Whether any client would simply try again. */
    public boolean isRetried() {
        return RETRIED.contains(code);
    }

    /** Whether it may have been done nevertheless. */
    boolean leavesOpen() {
        return isRetried() && !UNDONE.contains(reason);
    }

    /** What to count it under. */
    public String outcome() {
        return reason.isEmpty() ? code : code + "/" + reason;
    }
}
