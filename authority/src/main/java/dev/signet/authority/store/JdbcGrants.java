package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The roles of tokens and users. */
record JdbcGrants(Handle handle) {
    /** Of so many, those of a page are sorted in less time than the page is found in a large organization. */
    static final int FEW = 10_000;

    /**
     * Where a list of an organization's tokens or people comes from, up to its condition on the organization. It begins
     * with those who hold a role on a resource, where they are few, and else passes over those of the organization who
     * hold none: so a page reads no more the more others there are, and never sorts more than a few.
     *
     * @param table with a column for the organization's id
     * @param resource by its bare id, to be bound as that; null for all of the organization
     */
    String holders(String table, @Nullable String resource) {
        if (resource == null) {
            return "FROM " + table + " WHERE organization_id = :organization";
        }
        if (areFew(resource)) {
            // An outer join: H2 would begin an inner one with all of the organization, for its order.
            return "FROM (SELECT DISTINCT subject_id FROM subject_grant WHERE resource_id = :resource) AS holder "
                    + "LEFT JOIN " + table + " ON id = subject_id WHERE organization_id = :organization";
        }
        // Not IN: H2, which may reuse no results here, would make the list anew for each row. And with an offset, or
        // PostgreSQL would make a join of it, which reads and sorts all who hold a role for each page.
        return "FROM " + table + " WHERE organization_id = :organization AND EXISTS (SELECT 1 FROM subject_grant "
                + "WHERE subject_id = " + table + ".id AND resource_id = :resource OFFSET 0 ROWS)";
    }

    private boolean areFew(String resource) {
        return handle.createQuery("SELECT COUNT(*) FROM (SELECT 1 FROM subject_grant WHERE resource_id = :resource "
                                + "FETCH FIRST :limit ROWS ONLY) AS holder")
                        .bind("resource", resource)
                        .bind("limit", FEW + 1)
                        .mapTo(Integer.class)
                        .one()
                <= FEW;
    }

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
