package dev.signet.authority.feed;

import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a watcher that comes lacks: the changes since it went, or parts as a whole. */
record CatchUp(Ledger ledger, Statements statements, TrustState state) {
    /** A watcher that lacks more changes than this of a part gets the whole part instead. */
    private static final int LONGEST_RESUME = 10_000;

    private static final int BATCH = 1_000;

    /**
     * Sends one part.
     *
     * @param applied the last revision that {@code state} has; later changes are sent to every watcher anyway
     */
    void send(Watcher watcher, String part, long applied) {
        TrustPart whole = part(part);
        if (whole == null) {
            return;
        }
        Long held = watcher.ledgerId().equals(ledger.id()) ? watcher.held().get(part) : null;
        if (held == null || !sendChangesAfter(watcher, whole, held, applied)) {
            watcher.sendWhole(whole, statements.whole(whole));
        }
    }

    private boolean sendChangesAfter(Watcher watcher, TrustPart whole, long held, long applied) {
        if (held == whole.revision()) {
            return true;
        }
        List<RecordedChange> changes =
                ledger.readSoon(tx -> tx.trust().of(whole.id(), held, LONGEST_RESUME + 1)).stream()
                        .filter(change -> change.revision() <= applied)
                        .toList();
        if (changes.size() > LONGEST_RESUME) {
            return false;
        }
        for (int from = 0; from < changes.size(); from += BATCH) {
            List<RecordedChange> batch = changes.subList(from, Math.min(changes.size(), from + BATCH));
            watcher.sendChanges(
                    whole.id(),
                    statements.changes(batch),
                    batch.get(batch.size() - 1).revision());
        }
        return true;
    }

    /** A part as this process has it; null where there is none. */
    @Nullable
    TrustPart part(String id) {
        return id.equals(TrustPart.INSTALLATION) ? state.installation() : state.organization(id);
    }
}
