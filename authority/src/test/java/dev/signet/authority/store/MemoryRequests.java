package dev.signet.authority.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

record MemoryRequests(MemoryTables tables) implements RequestRecords {

    @Override
    public Optional<Outcome> find(String caller, String requestId) {
        return tables.requests().find(caller + "/" + requestId).map(MemoryTables.Request::outcome);
    }

    @Override
    public void insert(String caller, String requestId, Outcome outcome, Instant now) {
        tables.requests().insert(caller + "/" + requestId, new MemoryTables.Request(outcome, now));
    }

    @Override
    public void prune(Instant before) {
        for (String key : List.copyOf(tables.requests().byKey().keySet())) {
            if (tables.requests().find(key).orElseThrow().time().isBefore(before)) {
                tables.requests().remove(key);
            }
        }
    }
}
