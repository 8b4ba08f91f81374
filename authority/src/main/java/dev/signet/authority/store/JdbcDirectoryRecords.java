package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/** Three tables, read through one shape. */
record JdbcDirectoryRecords(Handle handle, Locks locks) implements DirectoryRecords {
    private static final String ORGANIZATION_COLUMNS =
            "id AS organization_id, NULL AS workspace_id, NULL AS deployment_id, display_name, '' AS description, "
                    + "create_time, update_time, version, maximum_expiry_period_days, expiry_required, "
                    + "audit_retention_days";
    private static final String ORGANIZATIONS = "organization WHERE delete_time IS NULL";
    private static final String WORKSPACE_COLUMNS =
            "organization_id, id AS workspace_id, NULL AS deployment_id, display_name, description, create_time, "
                    + "update_time, version";
    private static final String WORKSPACES = "workspace WHERE organization_id = :organization";
    private static final String DEPLOYMENT_COLUMNS =
            "organization_id, workspace_id, id AS deployment_id, display_name, description, create_time, update_time, "
                    + "version";
    private static final String DEPLOYMENTS = "deployment WHERE organization_id = :organization";

    /** By all columns of the index, though one may be the same everywhere: else H2 reads all there is, and sorts it. */
    private static final String PAGE = " AND id > :after ORDER BY <order> FETCH FIRST :limit ROWS ONLY";

    @Override
    public Optional<DirectoryEntry> find(ResourcePath path) {
        return select(path, Locks.NONE, Lock.SHARED)
                .map(JdbcDirectoryRecords::entry)
                .findOne();
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
        return select(path, locks, lock).map(JdbcDirectoryRecords::entry).findOne();
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
        OrganizationPolicy policy = entry.policy();
        String own = policy == null
                ? "description = :description, "
                : "maximum_expiry_period_days = :maximum, expiry_required = :required, "
                        + "audit_retention_days = :retention, ";
        Update update = handle.createUpdate("UPDATE " + table(entry.path()) + " SET display_name = :displayName, " + own
                        + "update_time = :updateTime, version = :version WHERE id = :id")
                .bind("id", entry.path().id())
                .bind("displayName", entry.displayName())
                .bind("updateTime", Columns.time(entry.updateTime()))
                .bind("version", entry.version());
        if (policy == null) {
            update.bind("description", entry.description());
        } else {
            update.bind("maximum", policy.maximumExpiryPeriodDays())
                    .bind("required", policy.expiryRequired())
                    .bind("retention", policy.auditRetentionDays());
        }
        update.execute();
    }

    @Override
    public void delete(ResourcePath path) {
        handle.createUpdate("DELETE FROM " + table(path) + " WHERE id = :id")
                .bind("id", path.id())
                .execute();
    }

    @Override
    public void bury(String organization) {
        new JdbcGrants(handle)
                .delete(handle.createQuery("SELECT id FROM person WHERE organization_id = :id")
                        .bind("id", organization)
                        .mapTo(String.class)
                        .list());
        for (String sql : List.of(
                "DELETE FROM person WHERE organization_id = :id",
                "DELETE FROM custom_role WHERE organization_id = :id",
                "DELETE FROM deployment WHERE organization_id = :id",
                "DELETE FROM workspace WHERE organization_id = :id",
                "UPDATE organization SET delete_time = CURRENT_TIMESTAMP WHERE id = :id")) {
            handle.createUpdate(sql).bind("id", organization).execute();
        }
        JdbcEndedRecords.clear(handle, organization);
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
        return page(
                handle.createQuery("SELECT " + ORGANIZATION_COLUMNS + " FROM " + ORGANIZATIONS + PAGE)
                        .define("order", "id"),
                after,
                limit);
    }

    @Override
    public List<DirectoryEntry> workspaces(String organization, String after, int limit) {
        return page(
                handle.createQuery("SELECT " + WORKSPACE_COLUMNS + " FROM " + WORKSPACES + PAGE)
                        .define("order", "organization_id, id")
                        .bind("organization", organization),
                after,
                limit);
    }

    @Override
    public List<DirectoryEntry> deployments(String organization, @Nullable String workspace, String after, int limit) {
        String below = workspace == null ? "" : " AND workspace_id = :workspace";
        Query query = handle.createQuery("SELECT " + DEPLOYMENT_COLUMNS + " FROM " + DEPLOYMENTS + below + PAGE)
                .define("order", workspace == null ? "organization_id, id" : "workspace_id, id")
                .bind("organization", organization);
        if (workspace != null) {
            query.bind("workspace", workspace);
        }
        return page(query, after, limit);
    }

    private Query select(ResourcePath path, Locks locks, Lock lock) {
        if (path.workspace() == null) {
            return handle.createQuery(locks.select(ORGANIZATION_COLUMNS, ORGANIZATIONS + " AND id = :id", lock))
                    .bind("id", path.organization());
        }
        if (path.deployment() == null) {
            return handle.createQuery(locks.select(WORKSPACE_COLUMNS, WORKSPACES + " AND id = :id", lock))
                    .bind("organization", path.organization())
                    .bind("id", path.workspace());
        }
        return handle.createQuery(locks.select(
                        DEPLOYMENT_COLUMNS, DEPLOYMENTS + " AND workspace_id = :workspace AND id = :id", lock))
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

    private static int orElse(@Nullable Integer value, int fallback) {
        return value == null ? fallback : value;
    }

    private static DirectoryEntry entry(ResultSet row, Object context) throws SQLException {
        ResourcePath path = Columns.path(row);
        return new DirectoryEntry(
                path,
                row.getString("display_name"),
                row.getString("description"),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                row.getLong("version"),
                path.workspace() == null ? policy(row) : null);
    }

    private static OrganizationPolicy policy(ResultSet row) throws SQLException {
        return new OrganizationPolicy(
                orElse(
                        row.getObject("maximum_expiry_period_days", Integer.class),
                        OrganizationPolicy.LONGEST_EXPIRY_PERIOD_DAYS),
                row.getBoolean("expiry_required"),
                orElse(
                        row.getObject("audit_retention_days", Integer.class),
                        OrganizationPolicy.DEFAULT_AUDIT_RETENTION_DAYS));
    }
}
