package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.trust.CustomRole;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

record JdbcRoleRecords(Handle handle, Locks locks) implements RoleRecords {
    private static final String COLUMNS = "id, organization_id, display_name, description, permissions, "
            + "restricted_to, create_time, update_time, version";
    private static final String ONE = "custom_role WHERE id = :id AND organization_id = :organization";

    @Override
    public Optional<StoredRole> find(String organization, String id) {
        return find(organization, id, "SELECT " + COLUMNS + " FROM " + ONE);
    }

    @Override
    public Optional<StoredRole> lock(String organization, String id, Lock lock) {
        return find(organization, id, locks.select(COLUMNS, ONE, lock));
    }

    @Override
    public List<StoredRole> list(String organization, String after, int limit) {
        return handle.createQuery(
                        "SELECT " + COLUMNS + " FROM custom_role WHERE organization_id = :organization AND id > :after "
                                + "ORDER BY organization_id, id FETCH FIRST :limit ROWS ONLY")
                .bind("organization", organization)
                .bind("after", after)
                .bind("limit", limit)
                .map(JdbcRoleRecords::role)
                .list();
    }

    @Override
    public boolean isNameTaken(String organization, String displayName, String exceptId) {
        return handle.createQuery("SELECT id FROM custom_role WHERE organization_id = :organization "
                        + "AND display_name = :displayName AND id <> :exceptId")
                .bind("organization", organization)
                .bind("displayName", displayName)
                .bind("exceptId", exceptId)
                .mapTo(String.class)
                .findOne()
                .isPresent();
    }

    @Override
    public void insert(StoredRole role) {
        bind(
                        handle.createUpdate("INSERT INTO custom_role (id, organization_id, display_name, description, "
                                + "permissions, restricted_to, create_time, update_time, version) VALUES (:id, "
                                + ":organization, :displayName, :description, :permissions, :restrictedTo, "
                                + ":createTime, :updateTime, :version)"),
                        role)
                .bind("organization", role.organization())
                .bind("createTime", Columns.time(role.createTime()))
                .execute();
    }

    @Override
    public void update(StoredRole role) {
        bind(
                        handle.createUpdate("UPDATE custom_role SET display_name = :displayName, "
                                + "description = :description, permissions = :permissions, "
                                + "restricted_to = :restrictedTo, update_time = :updateTime, version = :version "
                                + "WHERE id = :id"),
                        role)
                .execute();
    }

    @Override
    public void delete(String id) {
        handle.createUpdate("DELETE FROM custom_role WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    @Override
    public List<String> holders(String id, int limit) {
        return handle.createQuery("SELECT DISTINCT role, subject_id FROM subject_grant WHERE role = :id "
                        + "ORDER BY role, subject_id FETCH FIRST :limit ROWS ONLY")
                .bind("id", id)
                .bind("limit", limit)
                .map((row, context) -> row.getString("subject_id"))
                .list();
    }

    private Optional<StoredRole> find(String organization, String id, String sql) {
        return handle.createQuery(sql)
                .bind("id", id)
                .bind("organization", organization)
                .map(JdbcRoleRecords::role)
                .findOne();
    }

    private static Update bind(Update statement, StoredRole role) {
        return statement
                .bind("id", role.id())
                .bind("displayName", role.displayName())
                .bind("description", role.description())
                .bind("permissions", String.join(" ", new TreeSet<>(role.role().permissions())))
                .bind("restrictedTo", String.join(" ", new TreeSet<>(role.role().restrictedWorkspaces())))
                .bind("updateTime", Columns.time(role.updateTime()))
                .bind("version", role.version());
    }

    private static StoredRole role(ResultSet row, Object context) throws SQLException {
        return new StoredRole(
                row.getString("id"),
                row.getString("organization_id"),
                row.getString("display_name"),
                row.getString("description"),
                new CustomRole(words(row.getString("permissions")), words(row.getString("restricted_to"))),
                Columns.time(row, "create_time"),
                Columns.time(row, "update_time"),
                row.getLong("version"));
    }

    private static Set<String> words(String text) {
        return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
    }
}
