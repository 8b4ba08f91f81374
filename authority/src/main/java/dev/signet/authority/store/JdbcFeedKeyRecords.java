package dev.signet.authority.store;

import dev.signet.verifier.token.Algorithm;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

record JdbcFeedKeyRecords(Handle handle) implements FeedKeyRecords {

    @Override
    public Optional<StoredFeedKey> find() {
        return handle.createQuery(
                        "SELECT key_id, algorithm, public_key, sealed_private_key, create_time FROM feed_key WHERE id = 1")
                .map((row, context) -> new StoredFeedKey(
                        row.getString("key_id"),
                        Algorithm.valueOf(row.getString("algorithm")),
                        row.getString("public_key"),
                        row.getString("sealed_private_key"),
                        Columns.time(row, "create_time")))
                .findOne();
    }

    @Override
    public void insert(StoredFeedKey key) {
        handle.createUpdate("INSERT INTO feed_key (id, key_id, algorithm, public_key, sealed_private_key, create_time) "
                        + "VALUES (1, :keyId, :algorithm, :publicKey, :secret, :createTime)")
                .bind("keyId", key.id())
                .bind("algorithm", key.algorithm().name())
                .bind("publicKey", key.publicKey())
                .bind("secret", key.secret())
                .bind("createTime", Columns.time(key.createTime()))
                .execute();
    }

    @Override
    public void update(StoredFeedKey key) {
        handle.createUpdate("UPDATE feed_key SET sealed_private_key = :secret WHERE id = 1 AND key_id = :keyId")
                .bind("secret", key.secret())
                .bind("keyId", key.id())
                .execute();
    }
}
