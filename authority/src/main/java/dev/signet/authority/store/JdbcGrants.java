package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The roles of tokens and users. */
record JdbcGrants(Handle handle) {

    /** The grants of each subject; those without any are left out. */
    Map<String, Grants> of(List<String> subjects) {
        if (subjects.isEmpty()) {
            return Map.of();
        }
        Map<String, Map<String, List<String>>> found = new HashMap<>();
        handle.createQuery("SELECT subject_id, resource_id, role FROM subject_grant WHERE subject_id IN (<subjects>) "
                        + "ORDER BY role")
                .bindList("subjects", subjects)
                .map((row, context) -> found.computeIfAbsent(row.getString("subject_id"), id -> new HashMap<>())
                        .computeIfAbsent(row.getString("resource_id"), id -> new ArrayList<>())
                        .add(row.getString("role")))
                .list();
        Map<String, Grants> grants = new HashMap<>();
        found.forEach((subject, byResource) -> grants.put(subject, new Grants(byResource)));
        return grants;
    }

    void replace(String subject, Grants grants) {
        delete(subject);
        insert(subject, grants);
    }

    /** Of a subject that has none yet. */
    void insert(String subject, Grants grants) {
        grants.byResource()
                .forEach((resource, roles) -> roles.forEach(
                        role -> handle.createUpdate("INSERT INTO subject_grant (subject_id, resource_id, role) "
                                        + "VALUES (:subject, :resource, :role)")
                                .bind("subject", subject)
                                .bind("resource", resource)
                                .bind("role", role)
                                .execute()));
    }

    void delete(String subject) {
        delete(List.of(subject));
    }

    void delete(List<String> subjects) {
        PreparedBatch batch = handle.prepareBatch("DELETE FROM subject_grant WHERE subject_id = :subject");
        subjects.forEach(subject -> batch.bind("subject", subject).add());
        batch.execute();
    }
}
