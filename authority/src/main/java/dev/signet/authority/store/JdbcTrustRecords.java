package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustPart;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

record JdbcTrustRecords(Handle handle, ChangeCodec codec) implements TrustRecords {

    @Override
    public long head() {
        return handle.createQuery("SELECT head FROM ledger WHERE id = 1")
                .mapTo(Long.class)
                .one();
    }

    @Override
    public List<RecordedChange> after(long revision, int limit) {
        return changes(handle.createQuery(
                        "SELECT revision, part, previous_revision, change FROM trust_change WHERE revision > :revision "
                                + "ORDER BY revision FETCH FIRST :limit ROWS ONLY")
                .bind("revision", revision)
                .bind("limit", limit));
    }

    @Override
    public List<RecordedChange> of(String part, long revision, int limit) {
        // By the part too, although it is one: else H2 reads all the rest, and sorts it, for each page.
        return changes(handle.createQuery(
                        "SELECT revision, part, previous_revision, change FROM trust_change WHERE part = :part AND revision > :revision "
                                + "ORDER BY part, revision FETCH FIRST :limit ROWS ONLY")
                .bind("part", part)
                .bind("revision", revision)
                .bind("limit", limit));
    }

    @Override
    public long epoch(String part) {
        Query query = part.isEmpty()
                ? handle.createQuery("SELECT epoch FROM ledger WHERE id = 1")
                : handle.createQuery("SELECT epoch FROM organization WHERE id = :part")
                        .bind("part", part);
        return query.mapTo(Long.class).findOne().orElse(0L);
    }

    @Override
    public Map<String, Long> revisions() {
        Map<String, Long> revisions = new HashMap<>();
        handle.createQuery("SELECT part, revision FROM trust_part")
                .map((row, context) -> revisions.put(row.getString("part"), row.getLong("revision")))
                .list();
        return revisions;
    }

    @Override
    public Optional<TrustPart> checkpoint(String part) {
        return new JdbcCheckpoints(handle, codec).find(part);
    }

    @Override
    public void keepCheckpoint(TrustPart part) {
        new JdbcCheckpoints(handle, codec).keep(part);
    }

    @Override
    public List<String> checkpointsDue(int changes) {
        return new JdbcCheckpoints(handle, codec).due(changes);
    }

    private List<RecordedChange> changes(Query query) {
        return query.map((row, context) -> new RecordedChange(
                        row.getLong("revision"),
                        row.getString("part"),
                        row.getLong("previous_revision"),
                        codec.decode(row.getBytes("change"))))
                .list();
    }
}
