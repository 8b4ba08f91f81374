package dev.signet.authority.feed;

import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/**
 * What the ledger's trust changes add up to, as far as they were read here. One thread reads on and applies, in the order
 * of revisions; anybody may look.
 */
final class AppliedTrust {
    private static final int BATCH = 1_000;

    private final Ledger ledger;
    private final InstantSource clock;
    private final TrustState state;
    private final StalenessBound staleness;
    /** Every part that there is. */
    private final Set<String> parts = new ConcurrentSkipListSet<>();

    private volatile long head;

    /** Reads where the ledger stands. */
    AppliedTrust(Ledger ledger, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.state = new TrustState(id -> ledger.read(tx -> LedgerTrust.organization(tx, id)));
        this.head = ledger.read(tx -> {
            state.replace(LedgerTrust.installation(tx));
            parts.addAll(tx.trust().revisions().keySet());
            return tx.trust().head();
        });
        this.staleness = new StalenessBound(ledger.read(LedgerTrust::largestStaleness), clock.instant());
    }

    TrustState state() {
        return state;
    }

    /** The last revision that was applied. */
    long head() {
        return head;
    }

    InstallationTrust installation() {
        return Objects.requireNonNull(state.installation(), "read at the start");
    }

    /** From when on a change is certain to hold, by the policies that were read here. */
    Certainty certainBy(CommittedChange change) {
        return staleness.certainBy(change, installation().policy());
    }

    /** The ids of all parts, as of now. */
    List<String> parts() {
        return List.copyOf(parts);
    }

    /** Whether there is such a part, as far as is applied here; the store is not to be asked for what never was. */
    boolean exists(String part) {
        return part.equals(TrustPart.INSTALLATION) || parts.contains(part);
    }

    /**
     * Reads on to the ledger's head; on return {@link #head} is one that was read after the call.
     *
     * @param applied is told the changes, once they are: those of one part with none of another in between
     */
    void advance(Consumer<List<RecordedChange>> applied) {
        List<RecordedChange> changes;
        do {
            changes = ledger.readSoon(tx -> tx.trust().after(head, BATCH));
            int from = 0;
            for (int i = 0; i < changes.size(); i++) {
                apply(changes.get(i));
                boolean lastOfRun = i + 1 == changes.size()
                        || !changes.get(i + 1).part().equals(changes.get(i).part());
                if (lastOfRun) {
                    applied.accept(changes.subList(from, i + 1));
                    from = i + 1;
                }
            }
        } while (changes.size() == BATCH);
    }

    private void apply(RecordedChange change) {
        if (change.change() instanceof TrustChange.PolicyChanged) {
            staleness.superseded(installation().policy(), clock.instant());
        }
        parts.add(change.part());
        state.apply(change.part(), change.change(), change.revision(), change.previousRevision());
        head = change.revision();
    }

    /**
     * Of several servers, the one that is read from may not be the one that takes writes any more.
     *
     * @throws IllegalStateException where what was read ends before this revision
     */
    void requireReached(long revision) {
        if (head < revision) {
            throw new IllegalStateException(
                    "the ledger was read where it ends at " + head + ", and it ends at " + revision + " or later");
        }
    }
}
