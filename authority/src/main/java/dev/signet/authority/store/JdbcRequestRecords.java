package dev.signet.authority.store;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

record JdbcRequestRecords(Handle handle) implements RequestRecords {

    @Override
    public Optional<Outcome> find(String caller, String requestId) {
        return handle.createQuery("SELECT fingerprint, subject_id, value_id FROM request_record "
                        + "WHERE caller_id = :caller AND request_id = :requestId")
                .bind("caller", caller)
                .bind("requestId", requestId)
                .map((row, context) -> new Outcome(
                        row.getString("fingerprint"), row.getString("subject_id"), row.getString("value_id")))
                .findOne();
    }

    @Override
    public void insert(String caller, String requestId, Outcome outcome, Instant now) {
        handle.createUpdate("INSERT INTO request_record (caller_id, request_id, fingerprint, subject_id, value_id, "
                        + "create_time) VALUES (:caller, :requestId, :fingerprint, :subject, :valueId, :now)")
                .bind("caller", caller)
                .bind("requestId", requestId)
                .bind("fingerprint", outcome.fingerprint())
                .bind("subject", outcome.subject())
                .bind("valueId", outcome.valueId())
                .bind("now", Columns.time(now))
                .execute();
    }

    @Override
    public void prune(Instant before) {
        handle.createUpdate("DELETE FROM request_record WHERE create_time < :before")
                .bind("before", Columns.time(before))
                .execute();
    }
}
