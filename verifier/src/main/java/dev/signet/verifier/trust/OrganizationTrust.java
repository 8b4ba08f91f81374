package dev.signet.verifier.trust;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import java.util.HashMap;
import java.util.Map;

/**
 * What one organization adds.
 *
 * @param id the organization's id
 * @param revision the last change included
 * @param freshness as of when it is known to be current
 * @param revoked the organization's revocation list
 * @param overrides by subject, grants that beat those of older tokens
 * @param epoch tokens of the organization whose grants are older are refused
 * @param deleted whether the organization is gone, and every token of it with it
 */
public record OrganizationTrust(
        String id,
        long revision,
        Freshness freshness,
        Indexes revoked,
        Map<String, GrantOverride> overrides,
        long epoch,
        boolean deleted)
        implements TrustPart {

    /**
     * Grants in force for every token of a subject whose own were read before a revision.
     *
     * @param revision of the change
     * @param grants as they are since then
     */
    public record GrantOverride(long revision, Grants grants) {}

    public OrganizationTrust {
        overrides = Map.copyOf(overrides);
    }

    /** An organization of which nothing has ended yet. */
    public static OrganizationTrust unchanged(String id, long revision, Freshness freshness) {
        return new OrganizationTrust(id, revision, freshness, Indexes.NONE, Map.of(), 0, false);
    }

    /** The grants that a token of this organization has now. */
    public Grants grantsInForce(Claims claims) {
        GrantOverride override = overrides.get(claims.subject());
        return override != null && claims.grantsRevision() < override.revision() ? override.grants() : claims.grants();
    }

    @Override
    public OrganizationTrust confirmed(Freshness freshness) {
        return new OrganizationTrust(id, revision, freshness, revoked, overrides, epoch, deleted);
    }

    @Override
    public OrganizationTrust after(TrustChange change, long revision) {
        Indexes revoked = this.revoked;
        Map<String, GrantOverride> overrides = this.overrides;
        long epoch = this.epoch;
        boolean deleted = this.deleted;
        if (change instanceof TrustChange.Revoked ended) {
            revoked = revoked.with(ended.indexes());
        } else if (change instanceof TrustChange.GrantsOverridden overridden) {
            overrides = new HashMap<>(overrides);
            overrides.put(overridden.subject(), new GrantOverride(revision, overridden.grants()));
        } else if (change instanceof TrustChange.EpochRaised raised) {
            epoch = Math.max(epoch, raised.epoch());
        } else if (change instanceof TrustChange.OrganizationDeleted) {
            deleted = true;
        } else if (!(change instanceof TrustChange.OrganizationCreated)) {
            throw new IllegalArgumentException("not a change of an organization: " + change);
        }
        return new OrganizationTrust(id, revision, freshness, revoked, overrides, epoch, deleted);
    }
}
