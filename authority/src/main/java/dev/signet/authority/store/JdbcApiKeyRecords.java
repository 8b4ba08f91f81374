package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

record JdbcApiKeyRecords(Handle handle) implements ApiKeyRecords {
    private static final String KEY = "SELECT id, organization_id, workspace_id, deployment_id, display_name, "
            + "description, secret_sha256, status_index, create_time, update_time, created_by, version, "
            + "last_used_time, disabled FROM api_key ";

    @Override
    public Optional<ApiKey> find(String id) {
        return handle.createQuery(KEY + "WHERE id = :id")
                .bind("id", id)
                .map(JdbcApiKeyRecords::key)
                .findOne();
    }

    /** Of one state also where each statement sees one of its own. */
    Optional<KeyToExchange> toExchange(String id) {
        return handle.createQuery("SELECT k.id, k.organization_id, k.workspace_id, k.deployment_id, k.display_name, "
                        + "k.description, k.secret_sha256, k.status_index, k.create_time, k.update_time, k.created_by, "
                        + "k.version, k.last_used_time, k.disabled, l.head, s.id AS signing_id, s.algorithm AS signing_algorithm, "
                        + "s.state AS signing_state, s.sealed_private_key AS signing_secret, "
                        + "s.create_time AS signing_create_time, s.state_time AS signing_state_time "
                        + "FROM api_key k CROSS JOIN ledger l LEFT JOIN signing_key s ON s.state = 'ACTIVE' "
                        + "WHERE k.id = :id AND NOT k.disabled AND l.id = 1")
                .bind("id", id)
                .map((row, context) -> new KeyToExchange(
                        key(row, context),
                        row.getString("signing_id") == null ? null : JdbcKeyRecords.key(row, "signing_"),
                        row.getLong("head")))
                .findOne();
    }

    @Override
    public List<ApiKey> list(ResourcePath deployment, String after, int limit) {
        return handle.createQuery(KEY + "WHERE deployment_id = :deployment AND id > :after "
                        + "ORDER BY deployment_id, id FETCH FIRST :limit ROWS ONLY")
                .bind("deployment", deployment.id())
                .bind("after", after)
                .bind("limit", limit)
                .map(JdbcApiKeyRecords::key)
                .list();
    }

    @Override
    public void insert(ApiKey key) {
        handle.createUpdate("INSERT INTO api_key (id, organization_id, workspace_id, deployment_id, display_name, "
                        + "description, secret_sha256, status_index, create_time, update_time, created_by, version) "
                        + "VALUES (:id, :organization, :workspace, :deployment, :displayName, :description, "
                        + ":secretSha256, :index, :createTime, :updateTime, :createdBy, :version)")
                .bind("id", key.id())
                .bind("organization", key.deployment().organization())
                .bind("workspace", key.deployment().workspace())
                .bind("deployment", key.deployment().id())
                .bind("displayName", key.displayName())
                .bind("description", key.description())
                .bind("secretSha256", key.secretSha256())
                .bind("index", key.index())
                .bind("createTime", Columns.time(key.createTime()))
                .bind("updateTime", Columns.time(key.updateTime()))
                .bind("createdBy", key.createdBy())
                .bind("version", key.version())
                .execute();
    }

    @Override
    public void update(ApiKey key) {
        handle.createUpdate("UPDATE api_key SET display_name = :displayName, description = :description, "
                        + "update_time = :updateTime, version = :version, disabled = :disabled WHERE id = :id")
                .bind("id", key.id())
                .bind("displayName", key.displayName())
                .bind("description", key.description())
                .bind("updateTime", Columns.time(key.updateTime()))
                .bind("version", key.version())
                .bind("disabled", key.disabled())
                .execute();
    }

    @Override
    public void delete(String id) {
        handle.createUpdate("DELETE FROM api_key WHERE id = :id").bind("id", id).execute();
    }

    @Override
    public List<ApiKey> deleteAll(String organization) {
        List<ApiKey> deleted = handle.createQuery(KEY + "WHERE organization_id = :organization ORDER BY id")
                .bind("organization", organization)
                .map(JdbcApiKeyRecords::key)
                .list();
        handle.createUpdate("DELETE FROM api_key WHERE organization_id = :organization")
                .bind("organization", organization)
                .execute();
        return deleted;
    }

    private static ApiKey key(ResultSet row, Object context) throws SQLException {
        return new ApiKey(
                row.getString("id"),
                Columns.path(row),
                row.getString("display_name"),
                row.getString("description"),
                row.getString("secret_sha256"),
                row.getInt("status_index"),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                row.getString("created_by"),
                row.getLong("version"),
                Columns.timeOrNull(row, "last_used_time"),
                row.getBoolean("disabled"));
    }
}
