package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

record JdbcTokenRecords(Handle handle) implements TokenRecords {
    private static final String VALUE_COLUMNS =
            "value_id, status_index, key_id, grants_revision, audience, issue_time, expire_time";
    private static final String VALUE_PARAMETERS =
            ":valueId, :statusIndex, :keyId, :grantsRevision, :audience, :issueTime, :expireTime";

    @Override
    public Optional<ApiToken> find(String id) {
        return withGrants(handle.createQuery("SELECT * FROM api_token WHERE id = :id")
                        .bind("id", id))
                .stream()
                .findFirst();
    }

    @Override
    public void lock(String... ids) {
        Stream.of(ids)
                .sorted()
                .distinct()
                .forEach(id -> handle.createQuery("SELECT id FROM api_token WHERE id = :id FOR UPDATE")
                        .bind("id", id)
                        .mapTo(String.class)
                        .findOne());
    }

    @Override
    public void insert(ApiToken token) {
        bind(
                        handle.createUpdate("INSERT INTO api_token (id, organization_id, workspace_id, deployment_id, "
                                + "resource_id, display_name, description, expiry_period_days, create_time, update_time, "
                                + "last_rotated_time, created_by, version, " + VALUE_COLUMNS + ") VALUES (:id, "
                                + ":organization, :workspace, :deployment, :resource, :displayName, :description, "
                                + ":expiryPeriodDays, :createTime, :updateTime, :lastRotatedTime, :createdBy, :version, "
                                + VALUE_PARAMETERS + ")"),
                        token.value())
                .bind("id", token.id())
                .bind("organization", token.resource().organization())
                .bind("workspace", token.resource().workspace())
                .bind("deployment", token.resource().deployment())
                .bind("resource", token.resource().id())
                .bind("displayName", token.displayName())
                .bind("description", token.description())
                .bind("expiryPeriodDays", token.expiryPeriodDays())
                .bind("createTime", Columns.time(token.createTime()))
                .bind("updateTime", Columns.time(token.updateTime()))
                .bind("lastRotatedTime", Columns.time(token.lastRotatedTime()))
                .bind("createdBy", token.createdBy())
                .bind("version", token.version())
                .execute();
        token.grants()
                .byResource()
                .forEach((resource, roles) -> roles.forEach(role -> handle.createUpdate(
                                "INSERT INTO token_grant (subject_id, resource_id, role) VALUES (:id, :resource, :role)")
                        .bind("id", token.id())
                        .bind("resource", resource)
                        .bind("role", role)
                        .execute()));
    }

    @Override
    public void update(ApiToken token) {
        bind(
                        handle.createUpdate("UPDATE api_token SET display_name = :displayName, "
                                + "description = :description, update_time = :updateTime, "
                                + "last_rotated_time = :lastRotatedTime, version = :version, value_id = :valueId, "
                                + "status_index = :statusIndex, key_id = :keyId, grants_revision = :grantsRevision, "
                                + "audience = :audience, issue_time = :issueTime, expire_time = :expireTime "
                                + "WHERE id = :id"),
                        token.value())
                .bind("id", token.id())
                .bind("displayName", token.displayName())
                .bind("description", token.description())
                .bind("updateTime", Columns.time(token.updateTime()))
                .bind("lastRotatedTime", Columns.time(token.lastRotatedTime()))
                .bind("version", token.version())
                .execute();
    }

    @Override
    public void delete(String id) {
        handle.createUpdate("DELETE FROM token_grant WHERE subject_id = :id")
                .bind("id", id)
                .execute();
        handle.createUpdate("DELETE FROM api_token WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    @Override
    public List<Integer> deleteBelow(ResourcePath resource) {
        String column = resource.deployment() != null
                ? "deployment_id"
                : resource.workspace() != null ? "workspace_id" : "organization_id";
        List<Integer> indexes = handle.createQuery(
                        "SELECT status_index FROM api_token WHERE " + column + " = :resource")
                .bind("resource", resource.id())
                .mapTo(Integer.class)
                .list();
        for (String sql : List.of(
                "DELETE FROM token_grant WHERE subject_id IN (SELECT id FROM api_token WHERE " + column
                        + " = :resource)",
                "DELETE FROM token_grant WHERE resource_id = :resource",
                "DELETE FROM api_token WHERE " + column + " = :resource")) {
            handle.createUpdate(sql).bind("resource", resource.id()).execute();
        }
        return indexes;
    }

    @Override
    public List<ApiToken> list(String organization, @Nullable String resource, String after, int limit) {
        String only = resource == null ? "organization_id = :filter" : "resource_id = :filter";
        return withGrants(handle.createQuery("SELECT * FROM api_token WHERE " + only
                        + " AND id > :after ORDER BY id FETCH FIRST :limit ROWS ONLY")
                .bind("filter", resource == null ? organization : resource)
                .bind("after", after)
                .bind("limit", limit));
    }

    @Override
    public List<PlatformToken> platformTokens() {
        return handle.createQuery("SELECT * FROM platform_token ORDER BY id")
                .map((row, context) -> new PlatformToken(row.getString("id"), Columns.value(row)))
                .list();
    }

    @Override
    public void insert(PlatformToken token) {
        bind(
                        handle.createUpdate("INSERT INTO platform_token (id, " + VALUE_COLUMNS + ") VALUES (:id, "
                                + VALUE_PARAMETERS + ")"),
                        token.value())
                .bind("id", token.id())
                .execute();
    }

    @Override
    public void deletePlatformToken(String id) {
        handle.createUpdate("DELETE FROM platform_token WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    /** Runs a query for tokens, then one more for the grants of all of them. */
    private List<ApiToken> withGrants(Query query) {
        List<ApiToken> tokens =
                query.map((row, context) -> token(row, Grants.NONE)).list();
        if (tokens.isEmpty()) {
            return tokens;
        }
        Map<String, Map<String, List<String>>> grants = new HashMap<>();
        handle.createQuery("SELECT subject_id, resource_id, role FROM token_grant WHERE subject_id IN (<ids>)")
                .bindList("ids", tokens.stream().map(ApiToken::id).toList())
                .map((row, context) -> grants.computeIfAbsent(row.getString("subject_id"), id -> new HashMap<>())
                        .computeIfAbsent(row.getString("resource_id"), id -> new ArrayList<>())
                        .add(row.getString("role")))
                .list();
        return tokens.stream()
                .map(token -> token.granted(new Grants(grants.getOrDefault(token.id(), Map.of()))))
                .toList();
    }

    private static <S extends SqlStatement<S>> S bind(S statement, IssuedValue value) {
        return statement
                .bind("valueId", value.valueId())
                .bind("statusIndex", value.index())
                .bind("keyId", value.keyId())
                .bind("grantsRevision", value.grantsRevision())
                .bind("audience", value.audience())
                .bind("issueTime", Columns.time(value.issueTime()))
                .bind("expireTime", Columns.time(value.expireTime()));
    }

    private static ApiToken token(ResultSet row, Grants grants) throws SQLException {
        return new ApiToken(
                row.getString("id"),
                Columns.path(row),
                row.getString("display_name"),
                row.getString("description"),
                grants,
                row.getObject("expiry_period_days", Integer.class),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                Columns.timeOrNull(row, "last_rotated_time"),
                row.getString("created_by"),
                row.getLong("version"),
                Columns.value(row));
    }
}
