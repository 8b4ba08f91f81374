package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Indexes;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

record JdbcTokenRecords(Handle handle) implements TokenRecords {
    private static final Duration USE_RESOLUTION = Duration.ofMinutes(5);
    private static final String VALUE_COLUMNS =
            "value_id, status_index, key_id, grants_revision, audience, issue_time, expire_time";
    static final String COLUMNS = "SELECT id, organization_id, workspace_id, deployment_id, display_name, "
            + "description, expiry_period_days, create_time, update_time, last_rotated_time, created_by, version, "
            + VALUE_COLUMNS + ", previous_value_id, previous_index, previous_key_id, previous_not_after, "
            + "previous_expire_time, last_used_time ";
    private static final String TOKEN = COLUMNS + "FROM api_token ";
    private static final String VALUE_PARAMETERS =
            ":valueId, :statusIndex, :keyId, :grantsRevision, :audience, :issueTime, :expireTime";

    @Override
    public Optional<ApiToken> find(String id) {
        return withGrants(handle.createQuery(TOKEN + "WHERE id = :id")
                        .bind("id", id)
                        .map((row, context) -> token(row))
                        .list())
                .stream()
                .findFirst();
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
        new JdbcGrants(handle).insert(token.id(), token.grants());
    }

    @Override
    public void update(ApiToken token) {
        ApiToken.Previous previous = token.previous();
        bind(
                        handle.createUpdate("UPDATE api_token SET display_name = :displayName, "
                                + "description = :description, update_time = :updateTime, "
                                + "last_rotated_time = :lastRotatedTime, version = :version, value_id = :valueId, "
                                + "status_index = :statusIndex, key_id = :keyId, grants_revision = :grantsRevision, "
                                + "audience = :audience, issue_time = :issueTime, expire_time = :expireTime, "
                                + "previous_value_id = :previousValueId, previous_index = :previousIndex, previous_key_id = :previousKeyId, "
                                + "previous_not_after = :previousNotAfter, "
                                + "previous_expire_time = :previousExpireTime WHERE id = :id"),
                        token.value())
                .bind("id", token.id())
                .bind("displayName", token.displayName())
                .bind("description", token.description())
                .bind("updateTime", Columns.time(token.updateTime()))
                .bind("lastRotatedTime", Columns.time(token.lastRotatedTime()))
                .bind("version", token.version())
                .bind("previousValueId", previous == null ? null : previous.valueId())
                .bind("previousIndex", previous == null ? null : previous.index())
                .bind("previousKeyId", previous == null ? null : previous.keyId())
                .bind("previousNotAfter", previous == null ? null : Columns.time(previous.notAfter()))
                .bind("previousExpireTime", previous == null ? null : Columns.time(previous.expireTime()))
                .execute();
        new JdbcGrants(handle).replace(token.id(), token.grants());
    }

    @Override
    public void delete(String id) {
        new JdbcGrants(handle).delete(id);
        handle.createUpdate("DELETE FROM api_token WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    @Override
    public List<EndedValue> deleteBelow(ResourcePath resource, Instant now) {
        String column = columnOf(resource);
        List<EndedValue> ended = handle.createQuery("SELECT status_index, expire_time FROM api_token WHERE " + column
                        + " = :resource UNION ALL SELECT previous_index, previous_expire_time FROM api_token "
                        + "WHERE previous_index IS NOT NULL AND " + column + " = :resource "
                        + "UNION ALL SELECT status_index, CAST(:keys AS TIMESTAMP(6) WITH TIME ZONE) FROM api_key "
                        + "WHERE " + column + " = :resource")
                .bind("resource", resource.id())
                .bind("keys", Columns.time(now.plus(EndedValue.KEY_REMEMBERED)))
                .map((row, context) ->
                        new EndedValue(row.getInt("status_index"), Columns.timeOrNull(row, "expire_time")))
                .list();
        new JdbcGrants(handle)
                .delete(handle.createQuery("SELECT id FROM api_token WHERE " + column + " = :resource")
                        .bind("resource", resource.id())
                        .mapTo(String.class)
                        .list());
        for (String sql : List.of(
                "DELETE FROM subject_grant WHERE resource_id = :resource",
                "DELETE FROM api_key WHERE " + column + " = :resource",
                "DELETE FROM api_token WHERE " + column + " = :resource")) {
            handle.createUpdate(sql).bind("resource", resource.id()).execute();
        }
        return ended;
    }

    @Override
    public List<String> subjectsOf(ResourcePath resource) {
        String column = columnOf(resource);
        return handle.createQuery("SELECT id FROM api_token WHERE " + column + " = :resource "
                        + "UNION SELECT id FROM api_key WHERE " + column + " = :resource "
                        + "UNION SELECT subject_id FROM subject_grant WHERE resource_id = :resource")
                .bind("resource", resource.id())
                .mapTo(String.class)
                .list();
    }

    @Override
    public List<ApiToken> list(TokenQuery query) {
        return withGrants(JdbcTokenPages.list(handle, query));
    }

    @Override
    public Indexes indexesBelow(String organization, long revision) {
        return Indexes.of(handle
                .createQuery("SELECT status_index, previous_index FROM api_token "
                        + "WHERE organization_id = :organization AND grants_revision < :revision")
                .bind("organization", organization)
                .bind("revision", revision)
                .map((row, context) -> indexes(row))
                .list()
                .stream()
                .flatMapToInt(IntStream::of)
                .toArray());
    }

    private static int[] indexes(ResultSet row) throws SQLException {
        int present = row.getInt("status_index");
        int previous = row.getInt("previous_index");
        return row.wasNull() ? new int[] {present} : new int[] {present, previous};
    }

    @Override
    public void noteUse(String organization, String subject, Instant time) {
        String table = subject.startsWith("key_") ? "api_key" : "api_token";
        handle.createUpdate("UPDATE " + table + " SET last_used_time = :time WHERE id = :subject "
                        + "AND organization_id = :organization "
                        + "AND (last_used_time IS NULL OR last_used_time <= :before)")
                .bind("time", Columns.time(time))
                .bind("before", Columns.time(time.minus(USE_RESOLUTION)))
                .bind("subject", subject)
                .bind("organization", organization)
                .execute();
    }

    @Override
    public List<PlatformToken> platformTokens() {
        return handle.createQuery("SELECT id, " + VALUE_COLUMNS + " FROM platform_token ORDER BY id")
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

    private static String columnOf(ResourcePath resource) {
        return resource.deployment() != null
                ? "deployment_id"
                : resource.workspace() != null ? "workspace_id" : "organization_id";
    }

    /** One more query, for the grants of all of them. */
    private List<ApiToken> withGrants(List<ApiToken> tokens) {
        Map<String, Grants> grants =
                new JdbcGrants(handle).of(tokens.stream().map(ApiToken::id).toList());
        return tokens.stream()
                .map(token -> token.granted(grants.getOrDefault(token.id(), Grants.NONE)))
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

    static ApiToken token(ResultSet row) throws SQLException {
        String previous = row.getString("previous_value_id");
        return new ApiToken(
                row.getString("id"),
                Columns.path(row),
                row.getString("display_name"),
                row.getString("description"),
                Grants.NONE,
                row.getObject("expiry_period_days", Integer.class),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                Columns.timeOrNull(row, "last_rotated_time"),
                row.getString("created_by"),
                row.getLong("version"),
                Columns.value(row),
                previous == null
                        ? null
                        : new ApiToken.Previous(
                                previous,
                                row.getInt("previous_index"),
                                row.getString("previous_key_id"),
                                Columns.time(row, "previous_not_after"),
                                Columns.timeOrNull(row, "previous_expire_time")),
                Columns.timeOrNull(row, "last_used_time"));
    }
}
