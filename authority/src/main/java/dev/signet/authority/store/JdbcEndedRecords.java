package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

record JdbcEndedRecords(Handle handle) implements EndedRecords {

    @Override
    public void add(String part, Collection<EndedValue> values) {
        Map<Integer, Instant> expiring = values.stream()
                .filter(value -> value.expireTime() != null)
                .collect(Collectors.toMap(EndedValue::index, EndedValue::expireTime, (a, b) -> a.isAfter(b) ? a : b));
        if (expiring.isEmpty()) {
            return;
        }
        // A value can end twice: by a grace, and before that is over.
        remove(part, expiring.keySet());
        PreparedBatch rows = handle.prepareBatch(
                "INSERT INTO ended_value (part, status_index, expire_time) " + "VALUES (:part, :index, :expireTime)");
        expiring.forEach((index, expireTime) -> rows.bind("part", part)
                .bind("index", index)
                .bind("expireTime", Columns.time(expireTime))
                .add());
        rows.execute();
    }

    @Override
    public SortedMap<String, List<Integer>> expiredBefore(Instant time, int limit) {
        SortedMap<String, List<Integer>> byPart = new TreeMap<>();
        handle.createQuery("SELECT part, status_index FROM ended_value WHERE expire_time < :time "
                        + "ORDER BY expire_time, part, status_index FETCH FIRST :limit ROWS ONLY")
                .bind("time", Columns.time(time))
                .bind("limit", limit)
                .map((row, context) -> byPart.computeIfAbsent(row.getString("part"), part -> new ArrayList<>())
                        .add(row.getInt("status_index")))
                .list();
        return byPart;
    }

    @Override
    public void remove(String part, Collection<Integer> indexes) {
        if (indexes.isEmpty()) {
            return;
        }
        PreparedBatch rows =
                handle.prepareBatch("DELETE FROM ended_value WHERE part = :part AND status_index = :index");
        indexes.forEach(index -> rows.bind("part", part).bind("index", index).add());
        rows.execute();
    }

    @Override
    public List<String> graceEndedBefore(Instant time, int limit) {
        return handle.createQuery("SELECT id FROM api_token WHERE previous_not_after < :time "
                        + "ORDER BY previous_not_after, id FETCH FIRST :limit ROWS ONLY")
                .bind("time", Columns.time(time))
                .bind("limit", limit)
                .mapTo(String.class)
                .list();
    }

    @Override
    public void noteOverrides(Instant now) {
        handle.createUpdate("UPDATE grant_override SET noted_time = :now WHERE noted_time IS NULL")
                .bind("now", Columns.time(now))
                .execute();
    }

    @Override
    public Looked superfluousOverrides(Instant expired, String after, int limit) {
        List<Overridden> superfluous = new ArrayList<>();
        // The limit is no parameter, so that whoever plans this knows how few it concerns.
        List<String> looked = handle.createQuery("""
                        SELECT o.part, o.subject_id, o.revision,
                        (t.id IS NULL AND p.id IS NULL)
                        OR (t.id IS NOT NULL AND t.previous_index IS NULL
                            AND (t.grants_revision >= o.revision
                                OR (t.expire_time IS NOT NULL AND t.expire_time < :expired)))
                        OR (p.id IS NOT NULL AND o.noted_time IS NOT NULL AND o.noted_time < :noted) AS superfluous
                        FROM (SELECT * FROM grant_override WHERE subject_id > :after
                            ORDER BY subject_id FETCH FIRST <limit> ROWS ONLY) o
                        LEFT JOIN api_token t ON t.id = o.subject_id
                        LEFT JOIN person p ON p.id = o.subject_id
                        ORDER BY o.subject_id
                        """)
                .define("limit", limit)
                .bind("expired", Columns.time(expired))
                .bind("noted", Columns.time(expired.minus(EndedValue.PERSON_REMEMBERED)))
                .bind("after", after)
                .map((row, context) -> {
                    String subject = row.getString("subject_id");
                    if (row.getBoolean("superfluous")) {
                        superfluous.add(new Overridden(row.getString("part"), subject, row.getLong("revision")));
                    }
                    return subject;
                })
                .list();
        return new Looked(superfluous, looked.isEmpty() ? null : looked.get(looked.size() - 1));
    }

    @Override
    public void removeOverrides(Collection<Overridden> overrides) {
        if (overrides.isEmpty()) {
            return;
        }
        PreparedBatch rows =
                handle.prepareBatch("DELETE FROM grant_override WHERE subject_id = :subject AND revision = :revision");
        overrides.forEach(override -> rows.bind("subject", override.subject())
                .bind("revision", override.revision())
                .add());
        rows.execute();
    }

    /** Keeps that a subject's grants were overridden. */
    static void override(Handle handle, String part, TrustChange.GrantsOverridden change, long revision) {
        int rows = handle.createUpdate("UPDATE grant_override SET revision = :revision, noted_time = NULL "
                        + "WHERE subject_id = :subject")
                .bind("subject", change.subject())
                .bind("revision", revision)
                .execute();
        if (rows == 0) {
            handle.createUpdate("INSERT INTO grant_override (subject_id, part, revision) "
                            + "VALUES (:subject, :part, :revision)")
                    .bind("subject", change.subject())
                    .bind("part", part)
                    .bind("revision", revision)
                    .execute();
        }
    }

    /** Forgets all of a part: it is gone for good, and so is what was to be forgotten of it. */
    static void clear(Handle handle, String part) {
        for (String table : List.of("ended_value", "grant_override")) {
            handle.createUpdate("DELETE FROM " + table + " WHERE part = :part")
                    .bind("part", part)
                    .execute();
        }
    }
}
