package dev.signet.authority.feed;

import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes parts of the trust state out of the changes that the ledger recorded. */
final class LedgerTrust {
    private static final int BATCH = 1_000;

    private LedgerTrust() {}

    static InstallationTrust installation(Transaction tx) {
        InstallationTrust empty = new InstallationTrust(
                0,
                Freshness.AUTHORITATIVE,
                Map.of(),
                Roles.NONE,
                new TrustPolicy(FeedConfig.DEFAULT_MAXIMUM_STALENESS),
                Indexes.NONE,
                0);
        return (InstallationTrust) fold(tx, empty);
    }

    /** Null where there is no such organization. */
    static @Nullable OrganizationTrust organization(Transaction tx, String id) {
        OrganizationTrust part =
                (OrganizationTrust) fold(tx, OrganizationTrust.unchanged(id, 0, Freshness.AUTHORITATIVE));
        return part.revision() == 0 ? null : part;
    }

    private static TrustPart fold(Transaction tx, TrustPart empty) {
        TrustPart part = empty;
        List<RecordedChange> changes;
        do {
            changes = tx.trust().of(part.id(), part.revision(), BATCH);
            for (RecordedChange change : changes) {
                part = part.after(change.change(), change.revision());
            }
        } while (changes.size() == BATCH);
        return part;
    }
}
