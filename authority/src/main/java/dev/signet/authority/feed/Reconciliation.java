package dev.signet.authority.feed;

import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.EndedValue;
import dev.signet.authority.store.NewHistory;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.StoredRole;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustedKey;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a restored ledger refuse what was revoked after its backup. Each part of the trust state is either brought to what a
 * verifier knows of it, or everything in it that was issued before is ended.
 */
public final class Reconciliation {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciliation.class);
    private static final int BATCH = 1_000;

    private final NewHistory history;
    private final Transaction tx;
    private final Instant now;

    public Reconciliation(NewHistory history, Instant now) {
        this.history = history;
        this.tx = history.transaction();
        this.now = now;
    }

    /**
     * Settles all parts.
     *
     * @param newer what a verifier knows
     * @param raise whether to end everything in the parts of which it knows nothing
     * @throws InvalidConfiguration where it knows nothing of some parts and they are not to be ended, or too much was
     *     issued after the backup
     */
    public void run(NewerTrust newer, boolean raise) {
        Map<String, TrustPart> known = newer.parts().stream().collect(Collectors.toMap(TrustPart::id, part -> part));
        Set<String> all = new TreeSet<>(tx.trust().revisions().keySet());
        Set<String> unknown = new TreeSet<>(all);
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty() && !raise) {
            throw new InvalidConfiguration(
                    "trust-state",
                    "lacks " + unknown.size() + " parts that the backup holds, such as '"
                            + unknown.iterator().next()
                            + "': name that of a verifier that watches it too, or give --raise-epochs besides, "
                            + "which ends everything that was issued in those");
        }
        for (String part : all) {
            TrustPart kept = known.get(part);
            if (kept instanceof InstallationTrust installation) {
                merge(installation);
            } else if (kept instanceof OrganizationTrust organization) {
                merge(organization);
            } else {
                raise(part);
            }
        }
        for (String part : known.keySet()) {
            if (!all.contains(part)) {
                // Made after the backup: nothing of it is here, so nothing in it may be good.
                tx.announce(part, new TrustChange.OrganizationDeleted());
            }
        }
        LOG.info(
                "of {} parts, {} were brought up to date, {} ended",
                all.size(),
                all.size() - unknown.size(),
                unknown.size());
    }

    private void raise(String part) {
        if (part.equals(TrustPart.INSTALLATION)) {
            InstallationTrust held = LedgerTrust.installation(tx);
            // One of them may have been revoked as compromised, and whoever has it writes any revision into a token.
            tx.keys().lock().forEach(key -> move(held, key, KeyState.REVOKED));
            tx.raiseEpoch(part);
            countWithTheLargestStaleness();
            return;
        }
        OrganizationTrust held = LedgerTrust.organization(tx, part);
        if (held == null || held.deleted()) {
            return;
        }
        tx.raiseEpoch(part);
        history.disableApiKeys(part);
        record(part);
    }

    private void merge(InstallationTrust newer) {
        InstallationTrust held = LedgerTrust.installation(tx);
        requireWithinReach(newer.id(), newer.revoked());
        for (StoredKey key : tx.keys().lock()) {
            TrustedKey known = newer.key(key.id());
            // One that was forgotten since had been revoked, or had nothing left that it could let in.
            move(held, key, known == null ? KeyState.REVOKED : known.state());
        }
        tx.revoke(newer.id(), history.delete("", newer.revoked().without(held.revoked()), now));
        history.endUnknown(newer.id());
        if (newer.epoch() > held.epoch()) {
            tx.announce(newer.id(), new TrustChange.EpochRaised(newer.epoch()));
        }
        if (newer.revision() > held.revision()) {
            // The policy that is known now may have taken the place of another, by which somebody still goes.
            countWithTheLargestStaleness();
        }
    }

    /**
     * Verifiers may go by whatever was announced after the backup for as long as it allows. What is configured is announced
     * at the next start, before anything is served; that this was announced is what times of certainty count with.
     */
    private void countWithTheLargestStaleness() {
        tx.announce(TrustPart.INSTALLATION, new TrustChange.PolicyChanged(new TrustPolicy(FeedConfig.LARGEST)));
    }

    /** A key never goes back to a state that it has left: what it may not sign or let in any more, it may not here. */
    private void move(InstallationTrust held, StoredKey key, KeyState state) {
        TrustedKey known = held.key(key.id());
        if (state.compareTo(key.state()) > 0 && known != null) {
            tx.keys().update(key.in(state, now));
            tx.announce(TrustPart.INSTALLATION, new TrustChange.KeyChanged(new TrustedKey(known.key(), state)));
        }
    }

    private void merge(OrganizationTrust newer) {
        String id = newer.id();
        OrganizationTrust held = LedgerTrust.organization(tx, id);
        if (held == null || held.deleted()) {
            return;
        }
        if (newer.deleted()) {
            tx.tokens().deleteBelow(ResourcePath.organization(id), now);
            tx.directory().bury(id);
            tx.announce(id, new TrustChange.OrganizationDeleted());
            record(id);
            return;
        }
        requireWithinReach(id, newer.revoked());
        tx.revoke(id, history.delete(id, newer.revoked().without(held.revoked()), now));
        // While what ends by itself is still carried by something.
        history.endUnknown(id);
        end(newer, held);
        newer.overrides().forEach((subject, override) -> {
            OrganizationTrust.GrantOverride former = held.overrides().get(subject);
            if (former == null || former.revision() < override.revision()) {
                history.replaceGrants(subject, override.grants());
                tx.announce(id, new TrustChange.GrantsOverridden(subject, override.grants()));
            }
        });
        roles(newer);
        if (newer.epoch() > held.epoch()) {
            tx.announce(id, new TrustChange.EpochRaised(newer.epoch()));
        }
        record(id);
    }

    /** Values that were rotated after the backup and end by themselves: what took their place is not known here. */
    private void end(OrganizationTrust newer, OrganizationTrust held) {
        Map<Integer, Long> ending = new HashMap<>(newer.ending());
        ending.entrySet().removeAll(held.ending().entrySet());
        for (EndedValue value : history.delete(newer.id(), Indexes.of(ending.keySet()), now)) {
            Long notAfter = ending.get(value.index());
            tx.revoke(newer.id(), value, Instant.ofEpochMilli(notAfter == null ? 0 : notAfter));
        }
    }

    private void roles(OrganizationTrust newer) {
        String after = "";
        List<StoredRole> batch;
        do {
            batch = tx.roles().list(newer.id(), after, BATCH);
            for (StoredRole role : batch) {
                after = role.id();
                CustomRole known = newer.roles().get(role.id());
                if (known == null) {
                    tx.roles().delete(role.id());
                    tx.announce(newer.id(), new TrustChange.RoleDeleted(role.id()));
                } else if (!known.equals(role.role())) {
                    tx.roles()
                            .update(new StoredRole(
                                    role.id(),
                                    role.organization(),
                                    role.displayName(),
                                    role.description(),
                                    known,
                                    role.createTime(),
                                    now,
                                    role.version() + 1));
                    tx.announce(newer.id(), new TrustChange.RoleChanged(role.id(), known));
                }
            }
        } while (batch.size() == BATCH);
    }

    private void requireWithinReach(String part, Indexes revoked) {
        if (history.isBeyondReach(part, revoked)) {
            throw new InvalidConfiguration(
                    "trust-state",
                    "shows that too much was issued in '" + part + "' after the backup to end it one by one: restore "
                            + "with --raise-epochs instead");
        }
    }

    private void record(String organization) {
        tx.record(new AuditEvent(
                organization, now, "operator", "ledger.restore", "organizations/" + organization, AuditEvent.OK, ""));
    }
}
