package dev.signet.authority.store;

import java.time.Instant;
import java.util.List;

/** The audit logs: one chain of events an organization. Events are added by {@link Transaction#record}. */
public interface AuditRecords {

    /**
     * Where a chain begins and ends.
     *
     * @param anchorSequence the place before the oldest event that is kept
     * @param anchorHash the hash there
     */
    record Chain(long lastSequence, String lastHash, long anchorSequence, String anchorHash) {
        static final Chain EMPTY = new Chain(0, ChainedEvent.GENESIS, 0, ChainedEvent.GENESIS);
    }

    Chain chain(String organization);

    /** Events of a time span after a place, in order. */
    List<ChainedEvent> list(String organization, long afterSequence, Instant from, Instant to, int limit);

    /** Forgets the events before a time; what is left still proves itself. */
    void prune(String organization, Instant before);
}
