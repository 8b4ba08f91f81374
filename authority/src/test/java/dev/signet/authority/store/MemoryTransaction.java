package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.util.Collection;
import java.util.List;

/** One transaction over tables of its own. Nothing is ever locked: whoever writes is alone. */
record MemoryTransaction(MemoryTables tables, List<MemoryStore.Announced> announced, List<AuditEvent> recorded)
        implements Transaction {

    @Override
    public DirectoryRecords directory() {
        return new MemoryDirectory(tables);
    }

    @Override
    public TokenRecords tokens() {
        return new MemoryTokens(tables);
    }

    @Override
    public PersonRecords people() {
        return new MemoryPeople(tables);
    }

    @Override
    public ApiKeyRecords apiKeys() {
        return new MemoryApiKeys(tables);
    }

    @Override
    public RoleRecords roles() {
        return new MemoryRoles(tables);
    }

    @Override
    public RequestRecords requests() {
        return new MemoryRequests(tables);
    }

    @Override
    public AuditRecords audit() {
        return new MemoryAudit(tables);
    }

    @Override
    public KeyRecords keys() {
        return new MemoryKeys(tables);
    }

    @Override
    public FeedKeyRecords feedKey() {
        return new MemoryFeedKey(tables);
    }

    @Override
    public TrustRecords trust() {
        return new MemoryTrust(tables);
    }

    @Override
    public EndedRecords ended() {
        return new MemoryEnded(tables);
    }

    @Override
    public void lockSubjects(Collection<String> ids) {}

    @Override
    public void lockCaller(String caller, Collection<String> subjects) {}

    @Override
    public void record(AuditEvent event) {
        recorded.add(event);
    }

    @Override
    public int reserveIndexes(String part, int count) {
        int first = tables.lists().find(part).orElse(0);
        tables.lists().put(part, first + count);
        return first;
    }

    @Override
    public int allottedIndexes(String part) {
        return tables.lists().find(part).orElse(0);
    }

    @Override
    public void announce(String part, TrustChange change) {
        announced.add(new MemoryStore.Announced(part, revision -> change));
    }

    @Override
    public void raiseEpoch(String part) {
        announced.add(new MemoryStore.Announced(part, TrustChange.EpochRaised::new));
    }
}
