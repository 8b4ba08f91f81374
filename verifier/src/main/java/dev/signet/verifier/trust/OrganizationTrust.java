package dev.signet.verifier.trust;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one organization adds.
 *
 * @param id the organization's id
 * @param revision the last change included
 * @param freshness as of when it is known to be current
 * @param revoked the organization's revocation list
 * @param ending by index, the time of day in milliseconds after which a value is as good as revoked
 * @param overrides by subject, grants that beat those of older tokens
 * @param roles custom roles by id
 * @param epoch tokens of the organization whose grants are older are refused
 * @param deleted whether the organization is gone, and every token of it with it
 */
public record OrganizationTrust(
        String id,
        long revision,
        Freshness freshness,
        Indexes revoked,
        Map<Integer, Long> ending,
        Map<String, GrantOverride> overrides,
        Map<String, CustomRole> roles,
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
        ending = Map.copyOf(ending);
        overrides = Map.copyOf(overrides);
        roles = Map.copyOf(roles);
    }

    /** An organization of which nothing has ended yet. */
    public static OrganizationTrust unchanged(String id, long revision, Freshness freshness) {
        return new OrganizationTrust(id, revision, freshness, Indexes.NONE, Map.of(), Map.of(), Map.of(), 0, false);
    }

    /** Whether a value was ended, or has ended by itself. */
    public boolean isEnded(int index, long nowMillis) {
        if (deleted || revoked.contains(index)) {
            return true;
        }
        Long notAfter = ending.isEmpty() ? null : ending.get(index);
        return notAfter != null && nowMillis > notAfter;
    }

    /** The grants that a token of this organization has now; null where only an override that is not here could tell. */
    public @Nullable Grants grantsInForce(Claims claims) {
        GrantOverride override = overrides.get(claims.subject());
        Grants claimed = claims.grants();
        return override != null && (claimed == null || claims.grantsRevision() < override.revision())
                ? override.grants()
                : claimed;
    }

    /** Whether a custom role that is held on the deployment permits this. */
    public boolean allow(Grants grants, String permission, ResourcePath resource) {
        String deployment = resource.deployment();
        if (deployment == null || roles.isEmpty()) {
            return false;
        }
        for (String held : grants.on(deployment)) {
            CustomRole role = roles.get(held);
            if (role != null && role.permits(permission, resource)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public OrganizationTrust confirmed(Freshness freshness) {
        return new OrganizationTrust(id, revision, freshness, revoked, ending, overrides, roles, epoch, deleted);
    }

    @Override
    public OrganizationTrust after(TrustChange change, long revision) {
        Indexes revoked = this.revoked;
        Map<Integer, Long> ending = this.ending;
        Map<String, GrantOverride> overrides = this.overrides;
        Map<String, CustomRole> roles = this.roles;
        long epoch = this.epoch;
        if (change instanceof TrustChange.Revoked ended) {
            revoked = revoked.with(ended.indexes());
            // What has ended does not end by itself: one bit is all that there is to know.
            ending = without(ending, ended.indexes());
        } else if (change instanceof TrustChange.Ending ends) {
            if (!revoked.contains(ends.index())) {
                ending = new HashMap<>(ending);
                ending.merge(ends.index(), ends.notAfterMillis(), Math::min);
            }
        } else if (change instanceof TrustChange.Forgotten forgotten) {
            revoked = revoked.without(forgotten.indexes());
            ending = without(ending, forgotten.indexes());
            overrides = new HashMap<>(overrides);
            overrides.keySet().removeAll(forgotten.subjects());
        } else if (change instanceof TrustChange.RoleChanged changed) {
            roles = new HashMap<>(roles);
            roles.put(changed.id(), changed.role());
        } else if (change instanceof TrustChange.RoleDeleted gone) {
            roles = new HashMap<>(roles);
            roles.remove(gone.id());
        } else if (change instanceof TrustChange.GrantsOverridden overridden) {
            overrides = new HashMap<>(overrides);
            overrides.put(overridden.subject(), new GrantOverride(revision, overridden.grants()));
        } else if (change instanceof TrustChange.EpochRaised raised) {
            epoch = Math.max(epoch, raised.epoch());
        } else if (change instanceof TrustChange.OrganizationDeleted) {
            // Every token is refused from here on, so that nothing else needs to be known.
            return new OrganizationTrust(
                    id, revision, freshness, Indexes.NONE, Map.of(), Map.of(), Map.of(), epoch, true);
        } else if (!(change instanceof TrustChange.OrganizationCreated)) {
            throw new IllegalArgumentException("not a change of an organization: " + change);
        }
        return new OrganizationTrust(id, revision, freshness, revoked, ending, overrides, roles, epoch, deleted);
    }

    private static Map<Integer, Long> without(Map<Integer, Long> ending, Indexes gone) {
        boolean touched = gone.size() < ending.size()
                ? IntStream.of(gone.toArray()).anyMatch(ending::containsKey)
                : ending.keySet().stream().anyMatch(gone::contains);
        if (!touched) {
            return ending;
        }
        Map<Integer, Long> left = new HashMap<>(ending);
        left.keySet().removeIf(gone::contains);
        return left;
    }
}
