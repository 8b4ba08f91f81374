package dev.signet.verifier.feed;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a verifier follows besides the installation and its credential's own organization, and how closely.
 *
 * @param organizations ids of further organizations
 * @param allOrganizations every organization, those to come included
 * @param maximumStaleness a stricter bound than the authority's on the age of the trust state, or null
 * @param verifier what the verifier calls itself, for those who operate the authority; the same over restarts
 * @param version the verifier's software version, for them too
 */
public record Subscription(
        Set<String> organizations,
        boolean allOrganizations,
        @Nullable Duration maximumStaleness,
        String verifier,
        String version) {
    public Subscription {
        organizations = Set.copyOf(organizations);
    }
}
