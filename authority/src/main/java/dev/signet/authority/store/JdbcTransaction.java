package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.trust.TrustChange;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;

/** One transaction, and what it has announced so far. */
record JdbcTransaction(
        Handle handle, Locks locks, ChangeCodec codec, List<Announced> announced, List<AuditEvent> recorded)
        implements Transaction {
    private static final int MOST_BY_THEMSELVES = 100;
    private static final int MOST_AT_ONCE = 1_000;

    /**
     * A change that has no revision yet.
     *
     * @param change what it is, once its revision is known
     */
    record Announced(String part, LongFunction<TrustChange> change) {}

    @Override
    public DirectoryRecords directory() {
        return new JdbcDirectoryRecords(handle, locks);
    }

    @Override
    public TokenRecords tokens() {
        return new JdbcTokenRecords(handle);
    }

    @Override
    public PersonRecords people() {
        return new JdbcPersonRecords(handle);
    }

    @Override
    public ApiKeyRecords apiKeys() {
        return new JdbcApiKeyRecords(handle);
    }

    @Override
    public RoleRecords roles() {
        return new JdbcRoleRecords(handle, locks);
    }

    @Override
    public RequestRecords requests() {
        return new JdbcRequestRecords(handle);
    }

    @Override
    public AuditRecords audit() {
        return new JdbcAuditRecords(handle);
    }

    @Override
    public KeyRecords keys() {
        return new JdbcKeyRecords(handle, locks);
    }

    @Override
    public FeedKeyRecords feedKey() {
        return new JdbcFeedKeyRecords(handle);
    }

    @Override
    public TrustRecords trust() {
        return new JdbcTrustRecords(handle, codec);
    }

    @Override
    public EndedRecords ended() {
        return new JdbcEndedRecords(handle);
    }

    @Override
    public void lockSubjects(Collection<String> ids) {
        lock(ids, id -> Lock.EXCLUSIVE);
    }

    @Override
    public void lockCaller(String caller, Collection<String> subjects) {
        Set<String> all = new HashSet<>(subjects);
        all.add(caller);
        lock(all, id -> subjects.contains(id) ? Lock.EXCLUSIVE : Lock.SHARED);
    }

    private void lock(Collection<String> ids, Function<String, Lock> mode) {
        if (locks == Locks.NONE) {
            return;
        }
        List<String> sorted = ids.stream().sorted().distinct().toList();
        if (sorted.size() > MOST_BY_THEMSELVES) {
            lockMany(sorted);
            return;
        }
        sorted.forEach(id -> handle.createQuery(locks.select("id", table(id) + " WHERE id = :id", mode.apply(id)))
                .bind("id", id)
                .mapTo(String.class)
                .findOne());
    }

    /** Past the gates, of which a server has room for some thousands, and in as few statements as can be. */
    private void lockMany(List<String> sorted) {
        for (int from = 0; from < sorted.size(); ) {
            int to = from + 1;
            while (to < sorted.size()
                    && to - from < MOST_AT_ONCE
                    && table(sorted.get(to)).equals(table(sorted.get(from)))) {
                to++;
            }
            handle.createQuery(
                            "SELECT id FROM " + table(sorted.get(from)) + " WHERE id IN (<ids>) ORDER BY id FOR UPDATE")
                    .bindList("ids", sorted.subList(from, to))
                    .mapTo(String.class)
                    .list();
            from = to;
        }
    }

    private static String table(String subject) {
        return switch (subject.substring(0, Math.min(4, subject.length()))) {
            case "usr_" -> "person";
            case "key_" -> "api_key";
            case "plt_" -> "platform_token";
            default -> "api_token";
        };
    }

    @Override
    public void record(AuditEvent event) {
        recorded.add(event);
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return JdbcStatusLists.reserve(handle, part, count);
    }

    @Override
    public int allottedIndexes(String part) {
        return JdbcStatusLists.allotted(handle, part);
    }

    @Override
    public void announce(String part, TrustChange change) {
        announced.add(new Announced(part, revision -> change));
    }

    @Override
    public void raiseEpoch(String part) {
        announced.add(new Announced(part, TrustChange.EpochRaised::new));
    }
}
