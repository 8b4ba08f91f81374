package dev.signet.authority.feed;

import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.v1.Change;
import dev.signet.v1.Snapshot;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What a watcher that comes lacks: the changes since it went, or parts as a whole. */
record CatchUp(Ledger ledger, TrustCodec codec, TrustState state) {
    /** A watcher that lacks more changes than this of a part gets the whole part instead. */
    private static final int LONGEST_RESUME = 10_000;

    /** @param applied the last revision that {@code state} has; later changes are sent to every watcher anyway */
    void send(Watcher watcher, long applied) {
        Map<String, Long> wanted = new TreeMap<>();
        ledger.read(tx -> tx.trust().revisions()).forEach((part, revision) -> {
            if (watcher.watches(part)) {
                wanted.put(part, revision);
            }
        });
        boolean resumes = watcher.ledgerId().equals(ledger.id());
        for (String part : wanted.keySet()) {
            Long held = resumes ? watcher.held().get(part) : null;
            if (held == null || !sendChangesAfter(watcher, part, held, applied)) {
                sendWhole(watcher, part);
            }
        }
    }

    private boolean sendChangesAfter(Watcher watcher, String part, long held, long applied) {
        List<RecordedChange> changes = ledger.read(tx -> tx.trust().of(part, held, LONGEST_RESUME + 1)).stream()
                .filter(change -> change.revision() <= applied)
                .toList();
        if (changes.size() > LONGEST_RESUME) {
            return false;
        }
        changes.forEach(change -> watcher.send(encode(change)));
        return true;
    }

    private void sendWhole(Watcher watcher, String part) {
        Snapshot.Builder snapshot = codec.encode(part(part));
        watcher.send(WatchResponse.newBuilder()
                .setSnapshot(snapshot.setLedgerId(ledger.id()))
                .build());
    }

    WatchResponse encode(RecordedChange change) {
        return WatchResponse.newBuilder()
                .setChange(Change.newBuilder()
                        .setPart(change.part())
                        .setRevision(change.revision())
                        .setPreviousRevision(change.previousRevision())
                        .setChange(codec.encode(change.change())))
                .build();
    }

    /** A part as this process has it. */
    TrustPart part(String id) {
        TrustPart part = id.equals(TrustPart.INSTALLATION) ? state.installation() : state.organization(id);
        return Objects.requireNonNull(part, "the ledger knows the part");
    }
}
