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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
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

    /** The largest maximum staleness that was ever announced; zero where none was. */
    public static Duration largestStaleness(Transaction tx) {
        return fold(tx, TrustPart.INSTALLATION, Duration.ZERO, (largest, recorded) -> {
            Duration staleness = recorded.change() instanceof TrustChange.PolicyChanged changed
                    ? changed.policy().maximumStaleness()
                    : Duration.ZERO;
            return staleness.compareTo(largest) > 0 ? staleness : largest;
        });
    }

    private static TrustPart fold(Transaction tx, TrustPart empty) {
        return fold(tx, empty.id(), empty, (part, recorded) -> part.after(recorded.change(), recorded.revision()));
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
