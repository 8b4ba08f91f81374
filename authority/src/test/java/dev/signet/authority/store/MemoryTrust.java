package dev.signet.authority.store;

import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustPart;
import java.util.List;
import java.util.Map;
import java.util.Optional;

record MemoryTrust(MemoryTables tables) implements TrustRecords {

    @Override
    public long head() {
        return tables.head();
    }

    @Override
    public List<RecordedChange> after(long revision, int limit) {
        return tables.changes().after(revision).stream().limit(limit).toList();
    }

    @Override
    public List<RecordedChange> of(String part, long revision, int limit) {
        return tables.changes().after(revision).stream()
                .filter(change -> change.part().equals(part))
                .limit(limit)
                .toList();
    }

    @Override
    public long epoch(String part) {
        return tables.epochs().find(part).orElse(0L);
    }

    @Override
    public Map<String, Long> revisions() {
        return Map.copyOf(tables.parts().byKey());
    }

    @Override
    public Optional<TrustPart> checkpoint(String part) {
        return tables.checkpoints()
                .find(part)
                .filter(kept -> tables.changes()
                        .find(kept.revision())
                        .filter(change -> change.part().equals(part))
                        .isPresent());
    }

    @Override
    public void keepCheckpoint(TrustPart part) {
        if (tables.checkpoints()
                .find(part.id())
                .filter(kept -> kept.revision() > part.revision())
                .isEmpty()) {
            tables.checkpoints().put(part.id(), part.confirmed(Freshness.NEVER));
        }
    }

    @Override
    public List<String> checkpointsDue(int changes) {
        return tables.parts().byKey().keySet().stream()
                .filter(part -> of(
                                        part,
                                        tables.checkpoints()
                                                .find(part)
                                                .map(TrustPart::revision)
                                                .orElse(0L),
                                        changes)
                                .size()
                        == changes)
                .toList();
    }
}
