package dev.signet.authority.tokens;

import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.RequestRecords.Outcome;
import dev.signet.authority.store.Transaction;
import java.time.Instant;
import java.util.Optional;

/**
 * What makes a request recognizable when it comes again.
 *
 * @param requestId chosen by the caller; empty where a retry shall be a new request
 * @param fingerprint of all that was asked
 */
public record Retry(String requestId, String fingerprint) {
    public static final Retry NEVER = new Retry("", "");

    private static final int LONGEST_ID = 64;

    public Retry {
        if (requestId.length() > LONGEST_ID || !requestId.matches("[\\x21-\\x7e]*")) {
            throw Refusal.invalid("request_id", "must have at most 64 printable characters without spaces");
        }
    }

    /** What the request made when it came before; empty where it comes for the first time. */
    Optional<Outcome> before(Transaction tx, Caller caller) {
        if (requestId.isEmpty()) {
            return Optional.empty();
        }
        Optional<Outcome> outcome = tx.requests().find(caller.claims().subject(), requestId);
        if (outcome.isPresent() && !outcome.get().fingerprint().equals(fingerprint)) {
            throw Refusal.invalid("request_id", "was used before for another request");
        }
        return outcome;
    }

    /** Remembers what the request made. */
    void remember(Transaction tx, Caller caller, String subject, String valueId, Instant now) {
        if (!requestId.isEmpty()) {
            tx.requests().insert(caller.claims().subject(), requestId, new Outcome(fingerprint, subject, valueId), now);
        }
    }
}
