package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Three tables, read through one shape. */
record JdbcDirectoryRecords(Handle handle) implements DirectoryRecords {
    private static final String ORGANIZATIONS =
            "SELECT id AS organization_id, NULL AS workspace_id, NULL AS deployment_id, display_name, '' AS description, "
                    + "create_time, update_time, version FROM organization WHERE delete_time IS NULL";
    private static final String WORKSPACES =
            "SELECT organization_id, id AS workspace_id, NULL AS deployment_id, display_name, description, "
                    + "create_time, update_time, version FROM workspace WHERE organization_id = :organization";
    private static final String DEPLOYMENTS =
            "SELECT organization_id, workspace_id, id AS deployment_id, display_name, description, "
                    + "create_time, update_time, version FROM deployment WHERE organization_id = :organization";

    private static final String PAGE = " AND id > :after ORDER BY id FETCH FIRST :limit ROWS ONLY";

    @Override
    public Optional<DirectoryEntry> find(ResourcePath path) {
        return select(path, "").map(JdbcDirectoryRecords::entry).findOne();
    }

    @Override
    public Optional<ResourcePath> locate(String organization, String id) {
        return handle.createQuery("SELECT organization_id, id AS workspace_id, NULL AS deployment_id FROM workspace "
                        + "WHERE id = :id AND organization_id = :organization "
                        + "UNION ALL SELECT organization_id, workspace_id, id FROM deployment "
                        + "WHERE id = :id AND organization_id = :organization")
                .bind("id", id)
                .bind("organization", organization)
                .map((row, context) -> Columns.path(row))
                .findOne();
    }

    @Override
    public Optional<DirectoryEntry> lock(ResourcePath path, Lock lock) {
        ResourcePath parent = parentOf(path);
        if (parent != null && lock(parent, Lock.SHARED).isEmpty()) {
            return Optional.empty();
        }
        // H2 has no FOR SHARE, so that here both locks are the same.
        return select(path, " FOR UPDATE").map(JdbcDirectoryRecords::entry).findOne();
    }

    @Override
    public void insert(DirectoryEntry entry) {
        ResourcePath path = entry.path();
        String sql = path.workspace() == null
                ? "INSERT INTO organization (id, display_name, create_time, update_time, version) "
                        + "VALUES (:id, :displayName, :createTime, :updateTime, :version)"
                : path.deployment() == null
                        ? "INSERT INTO workspace (id, organization_id, display_name, description, create_time, "
                                + "update_time, version) VALUES (:id, :organization, :displayName, :description, "
                                + ":createTime, :updateTime, :version)"
                        : "INSERT INTO deployment (id, organization_id, workspace_id, display_name, description, "
                                + "create_time, update_time, version) VALUES (:id, :organization, :workspace, "
                                + ":displayName, :description, :createTime, :updateTime, :version)";
        handle.createUpdate(sql)
                .bind("id", path.id())
                .bind("organization", path.organization())
                .bind("workspace", path.workspace())
                .bind("displayName", entry.displayName())
                .bind("description", entry.description())
                .bind("createTime", Columns.time(entry.createTime()))
                .bind("updateTime", Columns.time(entry.updateTime()))
                .bind("version", entry.version())
                .execute();
    }

    @Override
    public void update(DirectoryEntry entry) {
        String description = entry.path().workspace() == null ? "" : "description = :description, ";
        handle.createUpdate("UPDATE " + table(entry.path()) + " SET display_name = :displayName, " + description
                        + "update_time = :updateTime, version = :version WHERE id = :id")
                .bind("id", entry.path().id())
                .bind("displayName", entry.displayName())
                .bind("description", entry.description())
                .bind("updateTime", Columns.time(entry.updateTime()))
                .bind("version", entry.version())
                .execute();
    }

    @Override
    public void delete(ResourcePath path) {
        handle.createUpdate("DELETE FROM " + table(path) + " WHERE id = :id")
                .bind("id", path.id())
                .execute();
    }

    @Override
    public void bury(String organization) {
        for (String sql : List.of(
                "DELETE FROM deployment WHERE organization_id = :id",
                "DELETE FROM workspace WHERE organization_id = :id",
                "UPDATE organization SET delete_time = CURRENT_TIMESTAMP WHERE id = :id")) {
            handle.createUpdate(sql).bind("id", organization).execute();
        }
    }

    @Override
    public boolean hasChildren(ResourcePath path) {
        return handle.createQuery(
                        path.workspace() == null
                                ? "SELECT id FROM workspace WHERE organization_id = :id FETCH FIRST 1 ROWS ONLY"
                                : "SELECT id FROM deployment WHERE workspace_id = :id FETCH FIRST 1 ROWS ONLY")
                .bind("id", path.id())
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    @Override
    public List<DirectoryEntry> organizations(String after, int limit) {
        return page(handle.createQuery(ORGANIZATIONS + PAGE), after, limit);
    }

    @Override
    public List<DirectoryEntry> workspaces(String organization, String after, int limit) {
        return page(handle.createQuery(WORKSPACES + PAGE).bind("organization", organization), after, limit);
    }

    @Override
    public List<DirectoryEntry> deployments(String organization, @Nullable String workspace, String after, int limit) {
        String below = workspace == null ? "" : " AND workspace_id = :workspace";
        Query query = handle.createQuery(DEPLOYMENTS + below + PAGE).bind("organization", organization);
        if (workspace != null) {
            query.bind("workspace", workspace);
        }
        return page(query, after, limit);
    }

    private Query select(ResourcePath path, String suffix) {
        if (path.workspace() == null) {
            return handle.createQuery(ORGANIZATIONS + " AND id = :id" + suffix).bind("id", path.organization());
        }
        if (path.deployment() == null) {
            return handle.createQuery(WORKSPACES + " AND id = :id" + suffix)
                    .bind("organization", path.organization())
                    .bind("id", path.workspace());
        }
        return handle.createQuery(DEPLOYMENTS + " AND workspace_id = :workspace AND id = :id" + suffix)
                .bind("organization", path.organization())
                .bind("workspace", path.workspace())
                .bind("id", path.deployment());
    }

    private static List<DirectoryEntry> page(Query query, String after, int limit) {
        return query.bind("after", after)
                .bind("limit", limit)
                .map(JdbcDirectoryRecords::entry)
                .list();
    }

    private static String table(ResourcePath path) {
        return path.workspace() == null ? "organization" : path.deployment() == null ? "workspace" : "deployment";
    }

    private static @Nullable ResourcePath parentOf(ResourcePath path) {
        String workspace = path.workspace();
        return workspace == null
                ? null
                : path.deployment() == null
                        ? ResourcePath.organization(path.organization())
                        : ResourcePath.workspace(path.organization(), workspace);
    }

    private static DirectoryEntry entry(ResultSet row, Object context) throws SQLException {
        return new DirectoryEntry(
                Columns.path(row),
                row.getString("display_name"),
                row.getString("description"),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                row.getLong("version"));
    }
}
