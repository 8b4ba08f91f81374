package dev.signet.authority.feed;

import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Makes parts of the trust state out of the changes that the ledger recorded. */
public final class LedgerTrust {
    private static final int BATCH = 1_000;

    private LedgerTrust() {}

    /** The installation as it is in this transaction. */
    public static InstallationTrust installation(Transaction tx) {
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

    /** Null where there is no such part. */
    static @Nullable TrustPart part(Transaction tx, String id) {
        return id.equals(TrustPart.INSTALLATION) ? installation(tx) : organization(tx, id);
    }

    /** The largest maximum staleness that was ever announced. */
    public static LargestStaleness largestStaleness(Transaction tx) {
        return fold(
                tx,
                TrustPart.INSTALLATION,
                LargestStaleness.NONE,
                (largest, recorded) -> recorded.change() instanceof TrustChange.PolicyChanged changed
                        ? largest.and(changed.policy())
                        : largest);
    }

    /** From the last checkpoint on, where there is one. */
    private static TrustPart fold(Transaction tx, TrustPart empty) {
        TrustPart part = tx.trust()
                .checkpoint(empty.id())
                .map(kept -> kept.confirmed(empty.freshness()))
                .orElse(empty);
        List<RecordedChange> changes;
        do {
            changes = tx.trust().of(part.id(), part.revision(), BATCH);
            part = after(part, changes);
        } while (changes.size() == BATCH);
        return part;
    }

    /** Revocations that follow one upon the other are made as one, which is so much quicker that it counts. */
    private static TrustPart after(TrustPart part, List<RecordedChange> changes) {
        TrustPart result = part;
        IntStream.Builder revoked = IntStream.builder();
        for (int i = 0; i < changes.size(); i++) {
            RecordedChange recorded = changes.get(i);
            TrustChange change = recorded.change();
            if (change instanceof TrustChange.Revoked one) {
                IntStream.of(one.indexes().toArray()).forEach(revoked);
                if (i + 1 < changes.size() && changes.get(i + 1).change() instanceof TrustChange.Revoked) {
                    continue;
                }
                change = new TrustChange.Revoked(Indexes.of(revoked.build().toArray()));
                revoked = IntStream.builder();
            }
            result = result.after(change, recorded.revision());
        }
        return result;
    }

    private static <T> T fold(Transaction tx, String part, T start, BiFunction<T, RecordedChange, T> step) {
        T result = start;
        long revision = 0;
        List<RecordedChange> changes;
        do {
            changes = tx.trust().of(part, revision, BATCH);
            for (RecordedChange change : changes) {
                result = step.apply(result, change);
                revision = change.revision();
            }
        } while (changes.size() == BATCH);
        return result;
    }
}
