package dev.signet.authority.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

record MemoryAudit(MemoryTables tables) implements AuditRecords {

    @Override
    public Chain chain(String organization) {
        return tables.chains().find(organization).orElse(Chain.EMPTY);
    }

    @Override
    public List<ChainedEvent> list(String organization, long afterSequence, Instant from, Instant to, int limit) {
        return kept(organization).stream()
                .filter(chained -> chained.sequence() > afterSequence)
                .filter(chained -> !chained.event().time().isBefore(from)
                        && chained.event().time().isBefore(to))
                .limit(limit)
                .toList();
    }

    @Override
    public void prune(String organization, Instant before) {
        Chain chain = chain(organization);
        Optional<ChainedEvent> firstKept = kept(organization).stream()
                .filter(chained -> !chained.event().time().isBefore(before))
                .findFirst();
        long last = firstKept.map(chained -> chained.sequence() - 1).orElse(chain.lastSequence());
        if (last <= chain.anchorSequence()) {
            return;
        }
        String hash =
                tables.events().find(key(organization, last)).orElseThrow().hash();
        tables.chains().put(organization, new Chain(chain.lastSequence(), chain.lastHash(), last, hash));
        for (ChainedEvent chained : kept(organization)) {
            if (chained.sequence() <= last) {
                tables.events().remove(key(organization, chained.sequence()));
            }
        }
    }

    void append(List<AuditEvent> events) {
        for (AuditEvent event : events) {
            String organization = event.organization();
            Chain chain = chain(organization);
            ChainedEvent chained = ChainedEvent.after(chain.lastSequence(), chain.lastHash(), event);
            tables.events().insert(key(organization, chained.sequence()), chained);
            tables.chains()
                    .put(
                            organization,
                            new Chain(chained.sequence(), chained.hash(), chain.anchorSequence(), chain.anchorHash()));
        }
    }

    private List<ChainedEvent> kept(String organization) {
        return List.copyOf(tables.events()
                .byKey()
                .subMap(key(organization, 0), key(organization, Long.MAX_VALUE))
                .values());
    }

    private static String key(String organization, long sequence) {
        return "%s/%019d".formatted(organization, sequence);
    }
}
