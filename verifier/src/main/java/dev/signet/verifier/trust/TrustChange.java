package dev.signet.verifier.trust;

import dev.signet.verifier.token.Grants;
import java.util.Set;

/** What can change without a new token. Each is applied whole, to one part, at one revision. */
public sealed interface TrustChange {

    /** Values that ended, by their indexes in the part's list. */
    record Revoked(Indexes indexes) implements TrustChange {}

    /** A value that ends by itself: it is good up to {@code notAfterMillis}, a time of day, and revoked from then on. */
    record Ending(int index, long notAfterMillis) implements TrustChange {}

    /**
     * What need not be known any more, as every value concerned expired so long ago that nobody can accept it.
     *
     * @param indexes of values that had ended, or were to end by themselves
     * @param subjects whose override goes; an organization's only
     */
    record Forgotten(Indexes indexes, Set<String> subjects) implements TrustChange {
        public Forgotten {
            subjects = Set.copyOf(subjects);
        }
    }

    /** A custom role that is new or different; an organization's. */
    record RoleChanged(String id, CustomRole role) implements TrustChange {}

    /** A custom role that is gone; an organization's. */
    record RoleDeleted(String id) implements TrustChange {}

    /** A subject's grants, for every token of it whose grants were read before {@code revision}. */
    record GrantsOverridden(String subject, Grants grants) implements TrustChange {}

    /** A key that is new or in another state; the installation's. */
    record KeyChanged(TrustedKey key) implements TrustChange {}

    /** A key that is forgotten; the installation's. */
    record KeyRemoved(String id) implements TrustChange {}

    /** The built-in roles as they are now; the installation's. */
    record RolesReplaced(Roles roles) implements TrustChange {}

    /** Tokens whose grants were read before {@code epoch}, a revision, are refused. */
    record EpochRaised(long epoch) implements TrustChange {}

    /** The rules as they are now; the installation's. */
    record PolicyChanged(TrustPolicy policy) implements TrustChange {}

    /** The organization's first change: from here on there is something to watch. */
    record OrganizationCreated() implements TrustChange {}

    /** The organization is gone for good. */
    record OrganizationDeleted() implements TrustChange {}
}
