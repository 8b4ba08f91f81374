package dev.signet.authority.store;

import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

record JdbcKeyRecords(Handle handle) implements KeyRecords {

    @Override
    public Optional<StoredKey> find(String id) {
        return handle.createQuery("SELECT * FROM signing_key WHERE id = :id")
                .bind("id", id)
                .map(JdbcKeyRecords::key)
                .findOne();
    }

    @Override
    public List<StoredKey> list() {
        return handle.createQuery("SELECT * FROM signing_key ORDER BY create_time, id")
                .map(JdbcKeyRecords::key)
                .list();
    }

    @Override
    public void insert(StoredKey key) {
        handle.createUpdate("INSERT INTO signing_key (id, algorithm, state, sealed_private_key, create_time) "
                        + "VALUES (:id, :algorithm, :state, :sealed, :createTime)")
                .bind("id", key.id())
                .bind("algorithm", key.algorithm().name())
                .bind("state", key.state().name())
                .bind("sealed", key.sealedPrivateKey())
                .bind("createTime", Columns.time(key.createTime()))
                .execute();
    }

    private static StoredKey key(ResultSet row, Object context) throws SQLException {
        return new StoredKey(
                row.getString("id"),
                Algorithm.valueOf(row.getString("algorithm")),
                KeyState.valueOf(row.getString("state")),
                row.getString("sealed_private_key"),
                Columns.time(row, "create_time"));
    }
}
