package dev.signet.authority.e2e.history;

import java.time.Instant;

/**
 * A question to a verifier, by the clock of whoever asked.
 *
 * @param value the id of the value that was asked about
 * @param verdict {@code ACCEPTED}, or why not
 */
public record Verification(String value, String verifier, Instant begin, Instant end, String verdict) {
    private static final String ACCEPTED = "ACCEPTED";

    boolean isAccepted() {
        return verdict.equals(ACCEPTED);
    }
}
