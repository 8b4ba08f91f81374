package dev.signet.verifier.trust;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What all organizations share.
 *
 * @param revision the last change included
 * @param freshness as of when it is known to be current
 * @param keys the authority's keys by {@code kid}
 * @param roles the built-in roles
 * @param policy the rules for verifiers
 * @param revoked the list of platform tokens
 * @param epoch tokens of any organization whose grants are older are refused
 */
public record InstallationTrust(
        long revision,
        Freshness freshness,
        Map<String, TrustedKey> keys,
        Roles roles,
        TrustPolicy policy,
        Indexes revoked,
        long epoch)
        implements TrustPart {

    public InstallationTrust {
        keys = Map.copyOf(keys);
    }

    @Override
    public String id() {
        return INSTALLATION;
    }

    public @Nullable TrustedKey key(String id) {
        return keys.get(id);
    }

    @Override
    public InstallationTrust confirmed(Freshness freshness) {
        return new InstallationTrust(revision, freshness, keys, roles, policy, revoked, epoch);
    }

    @Override
    public InstallationTrust after(TrustChange change, long revision) {
        Map<String, TrustedKey> keys = this.keys;
        Roles roles = this.roles;
        TrustPolicy policy = this.policy;
        Indexes revoked = this.revoked;
        long epoch = this.epoch;
        if (change instanceof TrustChange.KeyChanged changed) {
            keys = new HashMap<>(keys);
            keys.put(changed.key().key().id(), changed.key());
        } else if (change instanceof TrustChange.KeyRemoved removed) {
            keys = new HashMap<>(keys);
            keys.remove(removed.id());
        } else if (change instanceof TrustChange.RolesReplaced replaced) {
            roles = replaced.roles();
        } else if (change instanceof TrustChange.PolicyChanged changed) {
            policy = changed.policy();
        } else if (change instanceof TrustChange.Revoked ended) {
            revoked = revoked.with(ended.indexes());
        } else if (change instanceof TrustChange.Forgotten forgotten
                && forgotten.subjects().isEmpty()) {
            revoked = revoked.without(forgotten.indexes());
        } else if (change instanceof TrustChange.EpochRaised raised) {
            epoch = Math.max(epoch, raised.epoch());
        } else {
            throw new IllegalArgumentException("not a change of the installation: " + change);
        }
        return new InstallationTrust(revision, freshness, keys, roles, policy, revoked, epoch);
    }
}
