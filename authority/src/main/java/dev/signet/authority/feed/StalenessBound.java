package dev.signet.authority.feed;

import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.time.Instant;

/**
 * Until when a verifier may decide without a change: for the maximum staleness after the commit. Where a larger one was
 * superseded, whoever has not heard of that still goes by it, and last heard from an authority before; so it may be in
 * force for its own length after that.
 */
final class StalenessBound {
    private Instant supersededUntil;

    /**
     * The recorded changes carry no times: whatever was ever in force may have been superseded just now.
     *
     * @param largest the largest maximum staleness that was ever in force
     * @param now not before the last change that was recorded
     */
    StalenessBound(Duration largest, Instant now) {
        this.supersededUntil = now.plus(largest);
    }

    /** Another policy is in force; one that was smaller than that only brings about a time that never counts. */
    void superseded(TrustPolicy former, Instant now) {
        supersededUntil = later(supersededUntil, now.plus(former.maximumStaleness()));
    }

    /** @param present the policy in force */
    Instant certainBy(CommittedChange change, TrustPolicy present) {
        Instant learned = later(change.committed().plus(present.maximumStaleness()), supersededUntil);
        return later(learned, change.effective());
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
