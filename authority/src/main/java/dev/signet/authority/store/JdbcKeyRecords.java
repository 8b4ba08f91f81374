package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

record JdbcKeyRecords(Handle handle, Locks locks) implements KeyRecords {
    private static final String COLUMNS = "id, algorithm, state, sealed_private_key, create_time, state_time";
    private static final String OF_GOOD_EPOCH =
            " AND grants_revision >= (SELECT epoch FROM organization WHERE id = api_token.organization_id)";

    /** Values that are good, each with its organization: stretches of indexes, past what has expired. */
    private static final List<String> LIVE = List.of(
            "SELECT organization_id AS owner FROM api_token WHERE key_id = :key AND expire_time IS NULL"
                    + OF_GOOD_EPOCH,
            "SELECT organization_id AS owner FROM api_token WHERE key_id = :key AND expire_time > :now" + OF_GOOD_EPOCH,
            "SELECT organization_id AS owner FROM api_token WHERE previous_key_id = :key AND previous_not_after > :now",
            "SELECT '' AS owner FROM platform_token WHERE key_id = :key AND (expire_time IS NULL OR expire_time > :now)");

    @Override
    public Optional<StoredKey> find(String id) {
        return find("SELECT " + COLUMNS + " FROM signing_key WHERE id = :id", id);
    }

    @Override
    public Optional<StoredKey> hold(String id) {
        return find(locks.select(COLUMNS, "signing_key WHERE id = :id", Lock.SHARED), id);
    }

    private Optional<StoredKey> find(String sql, String id) {
        return handle.createQuery(sql)
                .bind("id", id)
                .map((row, context) -> key(row))
                .findOne();
    }

    @Override
    public Optional<StoredKey> active() {
        return handle.createQuery("SELECT " + COLUMNS + " FROM signing_key WHERE state = 'ACTIVE'")
                .map((row, context) -> key(row))
                .findOne();
    }

    @Override
    public List<StoredKey> list() {
        return handle.createQuery("SELECT " + COLUMNS + " FROM signing_key ORDER BY create_time, id")
                .map((row, context) -> key(row))
                .list();
    }

    @Override
    public List<StoredKey> lock() {
        // Each by itself, so that all lock them in one order, and before the revision row, which whoever holds one will
        // want; that row then keeps the first keys from being made twice.
        handle.createQuery("SELECT id FROM signing_key ORDER BY id")
                .mapTo(String.class)
                .list()
                .forEach(id -> find(locks.select(COLUMNS, "signing_key WHERE id = :id", Lock.EXCLUSIVE), id));
        new Revisions(handle).lockAndAdd(0);
        return list();
    }

    @Override
    public void insert(StoredKey key) {
        bind(
                        handle.createUpdate(
                                "INSERT INTO signing_key (id, algorithm, state, sealed_private_key, create_time, state_time) "
                                        + "VALUES (:id, :algorithm, :state, :secret, :createTime, :stateTime)"),
                        key)
                .bind("algorithm", key.algorithm().name())
                .bind("createTime", Columns.time(key.createTime()))
                .execute();
    }

    @Override
    public void update(StoredKey key) {
        bind(
                        handle.createUpdate("UPDATE signing_key SET state = :state, sealed_private_key = :secret, "
                                + "state_time = :stateTime WHERE id = :id"),
                        key)
                .execute();
    }

    @Override
    public void delete(String id) {
        handle.createUpdate("DELETE FROM signing_key WHERE id = :id")
                .bind("id", id)
                .execute();
    }

    @Override
    public boolean hasLiveTokens(String id, Instant now) {
        // One after the other, as H2 reads all of a union before it takes the first.
        return LIVE.stream()
                .anyMatch(values -> bind(handle.createQuery(values + " FETCH FIRST 1 ROWS ONLY"), values, id, now)
                        .mapTo(String.class)
                        .findOne()
                        .isPresent());
    }

    @Override
    public Map<String, Long> liveTokens(String id, Instant now) {
        Map<String, Long> counts = new TreeMap<>();
        for (String values : LIVE) {
            bind(
                            handle.createQuery("SELECT owner, COUNT(*) AS live FROM (" + values
                                    + ") AS values_of_key GROUP BY owner"),
                            values,
                            id,
                            now)
                    .map((row, context) -> counts.merge(row.getString("owner"), row.getLong("live"), Long::sum))
                    .list();
        }
        return counts;
    }

    private static <T extends SqlStatement<T>> T bind(T statement, String values, String id, Instant now) {
        statement.bind("key", id);
        return values.contains(":now") ? statement.bind("now", Columns.time(now)) : statement;
    }

    private static <T extends SqlStatement<T>> T bind(T statement, StoredKey key) {
        return statement
                .bind("id", key.id())
                .bind("state", key.state().name())
                .bind("secret", key.secret())
                .bind("stateTime", Columns.time(key.stateTime()));
    }

    private static StoredKey key(ResultSet row) throws SQLException {
        return new StoredKey(
                row.getString("id"),
                Algorithm.valueOf(row.getString("algorithm")),
                KeyState.valueOf(row.getString("state")),
                row.getString("sealed_private_key"),
                Columns.time(row, "create_time"),
                Columns.time(row, "state_time"));
    }

    /** From a row that holds other things too. */
    static StoredKey key(ResultSet row, String prefix) throws SQLException {
        return new StoredKey(
                row.getString(prefix + "id"),
                Algorithm.valueOf(row.getString(prefix + "algorithm")),
                KeyState.valueOf(row.getString(prefix + "state")),
                row.getString(prefix + "secret"),
                Columns.time(row, prefix + "create_time"),
                Columns.time(row, prefix + "state_time"));
    }
}
