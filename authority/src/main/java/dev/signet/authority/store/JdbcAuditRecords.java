package dev.signet.authority.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

record JdbcAuditRecords(Handle handle) implements AuditRecords {
    private static final String CHAIN =
            "SELECT last_sequence, last_hash, anchor_sequence, anchor_hash FROM audit_chain WHERE organization_id = :organization";

    @Override
    public Chain chain(String organization) {
        return chain(organization, CHAIN).orElse(Chain.EMPTY);
    }

    @Override
    public List<ChainedEvent> list(String organization, long afterSequence, Instant from, Instant to, int limit) {
        // The times are hidden from the planner: it would take a span of any length to be short, and sort all of it for
        // each page.
        return handle.createQuery("SELECT organization_id, sequence, event_time, actor, action, resource, outcome, "
                        + "address, hash FROM audit_event WHERE organization_id = :organization "
                        + "AND sequence > :after "
                        + "AND CASE WHEN event_time >= :from AND event_time < :to THEN TRUE ELSE FALSE END "
                        + "ORDER BY organization_id, sequence FETCH FIRST :limit ROWS ONLY")
                .bind("organization", organization)
                .bind("after", afterSequence)
                .bind("from", Columns.time(from))
                .bind("to", Columns.time(to))
                .bind("limit", limit)
                .map((row, context) -> new ChainedEvent(
                        row.getLong("sequence"),
                        new AuditEvent(
                                row.getString("organization_id"),
                                Columns.time(row, "event_time"),
                                row.getString("actor"),
                                row.getString("action"),
                                row.getString("resource"),
                                row.getString("outcome"),
                                row.getString("address")),
                        row.getString("hash")))
                .list();
    }

    @Override
    public void prune(String organization, Instant before) {
        Optional<Chain> chain = chain(organization, CHAIN + " FOR UPDATE");
        if (chain.isEmpty()) {
            return;
        }
        // Only a beginning is forgotten, so that what is left has no holes.
        long last = handle.createQuery("SELECT sequence - 1 FROM audit_event WHERE organization_id = :organization "
                        + "AND CASE WHEN event_time >= :before THEN TRUE ELSE FALSE END "
                        + "ORDER BY organization_id, sequence FETCH FIRST 1 ROWS ONLY")
                .bind("organization", organization)
                .bind("before", Columns.time(before))
                .mapTo(Long.class)
                .findOne()
                .orElse(chain.get().lastSequence());
        if (last <= chain.get().anchorSequence()) {
            return;
        }
        handle.createUpdate("UPDATE audit_chain SET anchor_sequence = :last, anchor_hash = (SELECT hash FROM "
                        + "audit_event WHERE organization_id = :organization AND sequence = :last) "
                        + "WHERE organization_id = :organization")
                .bind("last", last)
                .bind("organization", organization)
                .execute();
        handle.createUpdate("DELETE FROM audit_event WHERE organization_id = :organization AND sequence <= :last")
                .bind("last", last)
                .bind("organization", organization)
                .execute();
    }

    /** Adds events to their chains, which stay locked until the commit; one organization after the other, by id. */
    void append(List<AuditEvent> events) {
        events.stream()
                .map(AuditEvent::organization)
                .distinct()
                .sorted()
                .forEach(organization -> append(
                        organization,
                        events.stream()
                                .filter(event -> event.organization().equals(organization))
                                .toList()));
    }

    private void append(String organization, List<AuditEvent> events) {
        Chain chain = chain(organization, CHAIN + " FOR UPDATE").orElseGet(() -> begin(organization));
        long sequence = chain.lastSequence();
        String hash = chain.lastHash();
        for (AuditEvent event : events) {
            ChainedEvent chained = ChainedEvent.after(sequence, hash, event);
            sequence = chained.sequence();
            hash = chained.hash();
            handle.createUpdate("INSERT INTO audit_event (organization_id, sequence, event_time, actor, action, "
                            + "resource, outcome, address, hash) VALUES (:organization, :sequence, :time, :actor, "
                            + ":action, :resource, :outcome, :address, :hash)")
                    .bind("organization", organization)
                    .bind("sequence", sequence)
                    .bind("time", Columns.time(event.time()))
                    .bind("actor", event.actor())
                    .bind("action", event.action())
                    .bind("resource", event.resource())
                    .bind("outcome", event.outcome())
                    .bind("address", event.address())
                    .bind("hash", hash)
                    .execute();
        }
        handle.createUpdate("UPDATE audit_chain SET last_sequence = :sequence, last_hash = :hash "
                        + "WHERE organization_id = :organization")
                .bind("sequence", sequence)
                .bind("hash", hash)
                .bind("organization", organization)
                .execute();
    }

    private Chain begin(String organization) {
        handle.createUpdate("INSERT INTO audit_chain (organization_id, last_sequence, last_hash, anchor_sequence, "
                        + "anchor_hash) VALUES (:organization, 0, :genesis, 0, :genesis)")
                .bind("organization", organization)
                .bind("genesis", ChainedEvent.GENESIS)
                .execute();
        return Chain.EMPTY;
    }

    private Optional<Chain> chain(String organization, String sql) {
        return handle.createQuery(sql)
                .bind("organization", organization)
                .map((row, context) -> new Chain(
                        row.getLong("last_sequence"),
                        row.getString("last_hash"),
                        row.getLong("anchor_sequence"),
                        row.getString("anchor_hash")))
                .findOne();
    }
}
