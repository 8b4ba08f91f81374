package dev.signet.authority.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A verifier that is connected to an authority.
 *
 * @param number tells it from others at the same authority
 * @param verifier what it calls itself
 * @param credential the name of what it watches with
 * @param organization the credential's; empty for the platform's
 * @param all whether it watches every organization
 * @param organizations those that it watches by name
 * @param acknowledged the revision that every later verdict of its uses
 */
public record WatchingVerifier(
        long number,
        String verifier,
        String address,
        String version,
        String credential,
        String organization,
        boolean all,
        Set<String> organizations,
        long acknowledged,
        Instant connected,
        Instant pinged) {
    /** How old the last ping may be that others are told of, as telling each would cost more than it is worth. */
    private static final Duration PINGED_LATELY = Duration.ofMinutes(1);

    public WatchingVerifier {
        organizations = Set.copyOf(organizations);
    }

    /** Whether somebody who knows the earlier needs to be told. */
    boolean differsFrom(WatchingVerifier earlier) {
        return acknowledged != earlier.acknowledged
                || !organizations.equals(earlier.organizations)
                || Duration.between(earlier.pinged, pinged).compareTo(PINGED_LATELY) > 0;
    }
}
