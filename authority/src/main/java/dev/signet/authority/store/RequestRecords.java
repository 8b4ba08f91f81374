package dev.signet.authority.store;

import java.time.Instant;
import java.util.Optional;

/** What requests with a request id made. */
public interface RequestRecords {

    /**
     * What a request made.
     *
     * @param fingerprint of what was asked
     * @param subject the token or key that it made or changed
     * @param valueId the value that it issued, empty for API keys
     */
    record Outcome(String fingerprint, String subject, String valueId) {}

    Optional<Outcome> find(String caller, String requestId);

    void insert(String caller, String requestId, Outcome outcome, Instant now);

    /** Forgets what was recorded before a time. */
    void prune(Instant before);
}
