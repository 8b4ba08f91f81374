package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Fills a store with enough rows that a planner has to think; nobody but a planner looks at them. */
final class ManyRows {
    private static final String COMMON = "'d', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 1";
    private static final String ANY_SCOPE = "'org_' || MOD(n, 40), CASE WHEN MOD(n, 3) > 0 THEN 'wsp_' || MOD(n, 2000) "
            + "END, CASE WHEN MOD(n, 3) > 1 THEN 'dep_' || MOD(n, 4000) END, ";
    private static final String CREDENTIAL = "'org_' || MOD(n, 40), 'wsp_' || MOD(n, 2000), 'dep_' || MOD(n, 4000), ";

    private static final List<String> FEW = List.of(
            "INSERT INTO organization (id, display_name, create_time, update_time, version) SELECT 'org_' || n, "
                    + COMMON + " FROM numbers WHERE n < 40",
            "INSERT INTO workspace (id, organization_id, display_name, description, create_time, update_time, version) "
                    + "SELECT 'wsp_' || n, 'org_' || MOD(n, 40), 'd', " + COMMON + " FROM numbers WHERE n < 2000",
            "INSERT INTO deployment (id, organization_id, workspace_id, display_name, description, create_time, "
                    + "update_time, version) SELECT 'dep_' || n, 'org_' || MOD(n, 40), 'wsp_' || MOD(n, 2000), 'd', "
                    + COMMON + " FROM numbers WHERE n < 4000");

    private static final List<String> MANY = List.of(
            "INSERT INTO trust_part (part, revision) SELECT 'org_' || n, n FROM numbers",
            "INSERT INTO trust_change (revision, part, previous_revision, change) "
                    + "SELECT n, 'org_' || MOD(n, 40), 0, CAST('x' AS BYTEA) FROM numbers",
            "INSERT INTO trust_checkpoint (part, piece, revision, digest, state) "
                    + "SELECT 'org_' || n, 0, 1, 'x', CAST('x' AS BYTEA) FROM numbers",
            "INSERT INTO status_list (part, next_index) SELECT 'org_' || n, 1 FROM numbers",
            "INSERT INTO api_token (id, organization_id, workspace_id, deployment_id, resource_id, display_name, "
                    + "description, create_time, update_time, version, created_by, value_id, status_index, key_id, "
                    + "grants_revision, audience, issue_time, expire_time) SELECT 'tok_' || n, " + ANY_SCOPE
                    + "'dep_' || MOD(n, 4000), 'd', " + COMMON
                    + ", 'x', 'x', n, 'k' || MOD(n, 20), 1, 'a', CURRENT_TIMESTAMP, "
                    + "CASE WHEN MOD(n, 2) = 0 THEN CURRENT_TIMESTAMP END FROM numbers",
            "INSERT INTO subject_grant (subject_id, resource_id, role) "
                    + "SELECT 'tok_' || n, 'dep_' || MOD(n, 4000), 'DEPLOYMENT_ADMIN' FROM numbers",
            "INSERT INTO custom_role (id, organization_id, display_name, description, create_time, update_time, "
                    + "version, permissions, restricted_to) SELECT 'rol_' || n, 'org_' || MOD(n, 40), 'd' || n, "
                    + COMMON + ", '', '' FROM numbers",
            "INSERT INTO api_key (id, organization_id, workspace_id, deployment_id, display_name, description, "
                    + "create_time, update_time, version, secret_sha256, status_index, created_by) SELECT 'key_' || n, "
                    + CREDENTIAL + "'d', " + COMMON + ", 'x', n, 'x' FROM numbers",
            "INSERT INTO person (id, organization_id, email, status_index, create_time, update_time, created_by) "
                    + "SELECT 'usr_' || n, 'org_' || MOD(n, 40), 'e' || n, n, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, "
                    + "'x' FROM numbers",
            "INSERT INTO request_record (caller_id, request_id, fingerprint, subject_id, value_id, create_time) "
                    + "SELECT 'tok_' || n, 'r', 'f', 's', 'v', CURRENT_TIMESTAMP FROM numbers",
            "INSERT INTO audit_chain (organization_id, last_sequence, last_hash, anchor_sequence, anchor_hash) "
                    + "SELECT 'org_' || n, 1, 'x', 0, 'x' FROM numbers",
            "INSERT INTO audit_event (organization_id, sequence, event_time, actor, action, resource, outcome, address, "
                    + "hash) SELECT 'org_' || MOD(n, 40), n, CURRENT_TIMESTAMP, 'a', 'a', 'r', 'o', 'a', 'h' "
                    + "FROM numbers",
            "INSERT INTO ended_value (part, status_index, expire_time) "
                    + "SELECT 'org_' || MOD(n, 40), n, CURRENT_TIMESTAMP + n * INTERVAL '1' SECOND FROM numbers",
            "INSERT INTO grant_override (subject_id, part, revision, noted_time) "
                    + "SELECT 'tok_' || n, 'org_' || MOD(n, 40), n, CURRENT_TIMESTAMP FROM numbers");

    private ManyRows() {}

    /**
     * @param rows of the tables that grow most; at least 4,000, as many as there are deployments
     * @param numbers how this database counts from 0 to a number, with that in place of {@code :last}
     */
    static void fill(Connection connection, int rows, String numbers) throws SQLException {
        String counted = numbers.replace(":last", String.valueOf(rows - 1));
        try (Statement statement = connection.createStatement()) {
            for (List<String> filling : List.of(FEW, MANY)) {
                for (String sql : filling) {
                    statement.execute(sql.replace("numbers", counted));
                }
            }
            statement.execute("ANALYZE");
        }
    }
}
