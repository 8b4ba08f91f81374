package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.util.Collection;
import java.util.List;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;

/** One transaction, and what it has announced so far. */
record JdbcTransaction(Handle handle, ChangeCodec codec, List<Announced> announced, List<AuditEvent> recorded)
        implements Transaction {

    /**
     * A change that has no revision yet.
     *
     * @param change what it is, once its revision is known
     */
    record Announced(String part, LongFunction<TrustChange> change) {}

    @Override
    public DirectoryRecords directory() {
        return new JdbcDirectoryRecords(handle);
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
        return new JdbcRoleRecords(handle);
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
        return new JdbcKeyRecords(handle);
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
        ids.stream().sorted().distinct().forEach(id -> {
            String table = id.startsWith("usr_") ? "person" : id.startsWith("key_") ? "api_key" : "api_token";
            handle.createQuery("SELECT id FROM " + table + " WHERE id = :id FOR UPDATE")
                    .bind("id", id)
                    .mapTo(String.class)
                    .findOne();
        });
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
    public void announce(String part, TrustChange change) {
        announced.add(new Announced(part, revision -> change));
    }

    @Override
    public void raiseEpoch(String part) {
        announced.add(new Announced(part, TrustChange.EpochRaised::new));
    }
}
