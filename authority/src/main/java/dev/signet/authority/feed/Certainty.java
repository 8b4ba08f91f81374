package dev.signet.authority.feed;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From when on no verifier decides without a change, by the audience of the tokens.
 *
 * @param others for audiences that are not named
 */
record Certainty(Instant others, Map<String, Instant> audiences) {

    Certainty {
        audiences = Map.copyOf(audiences);
    }

    Instant of(String audience) {
        return audiences.getOrDefault(audience, others);
    }

    /** For tokens of any audience. */
    Instant ofAll() {
        return audiences.isEmpty() || others.isAfter(Collections.max(audiences.values()))
                ? others
                : Collections.max(audiences.values());
    }

    /** Where it is not the same for all, each audience that differs, and under the empty name all others. */
    SortedMap<String, Instant> differing() {
        SortedMap<String, Instant> differing = new TreeMap<>(audiences);
        differing.values().removeIf(others::equals);
        if (!differing.isEmpty()) {
            differing.put("", others);
        }
        return differing;
    }
}
