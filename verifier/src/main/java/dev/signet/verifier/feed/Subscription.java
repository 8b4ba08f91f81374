package dev.signet.verifier.feed;

import java.util.Set;

/**
 * What a verifier follows besides the installation and its credential's own organization.
 *
 * @param organizations ids of further organizations
 * @param allOrganizations every organization, those to come included
 * @param version the verifier's software version, for those who operate the authority
 */
public record Subscription(Set<String> organizations, boolean allOrganizations, String version) {
    public Subscription {
        organizations = Set.copyOf(organizations);
    }
}
