package dev.signet.authority.feed;

import dev.signet.verifier.trust.TrustPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Until when a verifier may decide without a change: for the maximum staleness after the commit, each audience for its
 * own. Where a larger one was superseded, whoever has not heard of that still goes by it, and last heard from an
 * authority before; so it may be in force for its own length after that. Where it was raised, nothing that was told
 * before is taken back: verifiers go by a larger one only once they are as fresh as its announcement.
 */
final class StalenessBound {
    /** Until when something that was superseded may be in force; what is not named goes by the other. */
    private Instant othersUntil;

    private final Map<String, Instant> audienceUntil = new HashMap<>();

    /**
     * The recorded changes carry no times: whatever was ever in force may have been superseded just now.
     *
     * @param largest what was ever in force
     * @param now not before the last change that was recorded
     */
    StalenessBound(LargestStaleness largest, Instant now) {
        this.othersUntil = now.plus(largest.others());
        largest.audiences().forEach((audience, staleness) -> audienceUntil.put(audience, now.plus(staleness)));
    }

    /** Another policy is in force; one that was smaller than that only brings about a time that never counts. */
    void superseded(TrustPolicy former, Instant now) {
        for (String audience : named(former)) {
            audienceUntil.put(
                    audience,
                    later(
                            audienceUntil.getOrDefault(audience, othersUntil),
                            now.plus(former.maximumStaleness(audience))));
        }
        othersUntil = later(othersUntil, now.plus(former.maximumStaleness()));
    }

    /** @param present the policy in force */
    Certainty certainBy(CommittedChange change, TrustPolicy present) {
        Map<String, Instant> audiences = new HashMap<>();
        for (String audience : named(present)) {
            Instant learned = later(
                    change.committed().plus(present.maximumStaleness(audience)),
                    audienceUntil.getOrDefault(audience, othersUntil));
            audiences.put(audience, later(learned, change.effective()));
        }
        Instant learned = later(change.committed().plus(present.maximumStaleness()), othersUntil);
        return new Certainty(later(learned, change.effective()), audiences);
    }

    /** The audiences that have, or had, a staleness of their own. */
    private Set<String> named(TrustPolicy policy) {
        Set<String> named = new HashSet<>(audienceUntil.keySet());
        named.addAll(policy.audiences().keySet());
        return named;
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
