package dev.signet.authority.feed;

import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * The largest maximum staleness that was ever announced, by audience.
 *
 * @param others for audiences that are not named; zero where nothing was announced
 */
public record LargestStaleness(Duration others, Map<String, Duration> audiences) {
    static final LargestStaleness NONE = new LargestStaleness(Duration.ZERO, Map.of());

    public LargestStaleness {
        audiences = Map.copyOf(audiences);
    }

    /** Where there is but one policy. */
    public static LargestStaleness of(TrustPolicy policy) {
        return NONE.and(policy);
    }

    /** After one more policy. An audience that it does not name, or that none named before, goes by that of all. */
    LargestStaleness and(TrustPolicy policy) {
        Map<String, Duration> larger = new HashMap<>();
        audiences.forEach((audience, largest) -> larger.put(audience, max(largest, policy.maximumStaleness(audience))));
        policy.audiences()
                .forEach((audience, staleness) ->
                        larger.put(audience, max(audiences.getOrDefault(audience, others), staleness)));
        return new LargestStaleness(max(others, policy.maximumStaleness()), larger);
    }

    /** Of all audiences. */
    public Duration ofAll() {
        return audiences.isEmpty() ? others : max(others, Collections.max(audiences.values()));
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }
}
