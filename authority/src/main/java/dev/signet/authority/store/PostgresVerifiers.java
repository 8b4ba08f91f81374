package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Handles;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What authorities tell each other of the verifiers that are connected to them: one row each, written when it changes and
 * marked when it leaves. Each authority counts up with what it writes, so that the others read only what is new. All
 * times are the server's.
 */
final class PostgresVerifiers {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresVerifiers.class);
    /** An authority says that it is there in every fifth round; it counts as gone after three times as many seconds. */
    private static final int ROUNDS_BETWEEN_SIGNS = 5;

    private static final int ROUNDS_BETWEEN_CLEANINGS = 60;
    /** Others take an authority that is silent for longer than this, and a little, to be gone. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Jdbi store;
    private final Map<Long, WatchingVerifier> told = new HashMap<>();
    private final Map<String, Peer> peers = new HashMap<>();
    /** Empty where nothing is told yet, or the last round failed: then all is told anew, under another id. */
    private String id = "";

    private String former = "";
    private long version;
    private int round;

    /** @param writing connections that are in a transaction from their first statement on */
    PostgresVerifiers(DataSource writing) {
        this.store = JdbcLedger.jdbi(writing);
        store.getConfig(Handles.class).setForceEndTransactions(false);
    }

    /** Another authority, as far as its verifiers were read. */
    private static final class Peer {
        private final Map<Long, WatchingVerifier> verifiers = new HashMap<>();
        private long version;
    }

    /** See {@link Replica#exchange}. */
    synchronized List<WatchingVerifier> exchange(List<WatchingVerifier> here) {
        try (Handle handle = store.open()) {
            Connection connection = handle.getConnection();
            // The pool takes it back.
            connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
            tell(handle, here);
            connection.commit();
            hear(handle);
            connection.rollback();
            round++;
        } catch (SQLException e) {
            startOver();
            throw new ConnectionException(e);
        } catch (JdbiException e) {
            startOver();
            throw e;
        }
        List<WatchingVerifier> elsewhere = new ArrayList<>();
        peers.values().forEach(peer -> elsewhere.addAll(peer.verifiers.values()));
        return elsewhere;
    }

    /** Has the others forget what was told. */
    synchronized void leave() {
        startOver();
        if (former.isEmpty()) {
            return;
        }
        try (Handle handle = store.open()) {
            delete(handle, former);
            handle.getConnection().commit();
            former = "";
        } catch (SQLException | JdbiException e) {
            LOG.debug("the others forget it after some time", e);
        }
    }

    private void startOver() {
        if (!id.isEmpty()) {
            former = id;
        }
        id = "";
        told.clear();
        peers.clear();
    }

    private void tell(Handle handle, List<WatchingVerifier> here) {
        if (id.isEmpty()) {
            introduce(handle);
        }
        List<WatchingVerifier> changed = here.stream()
                .filter(verifier -> {
                    WatchingVerifier earlier = told.get(verifier.number());
                    return earlier == null || verifier.differsFrom(earlier);
                })
                .toList();
        Set<Long> left = new HashSet<>(told.keySet());
        here.forEach(verifier -> left.remove(verifier.number()));
        boolean isNew = !changed.isEmpty() || !left.isEmpty();
        if (isNew || round % ROUNDS_BETWEEN_SIGNS == 0) {
            version += isNew ? 1 : 0;
            if (!isKnown(handle)) {
                // The others took it to be gone, and cleaned up.
                startOver();
                tell(handle, here);
                return;
            }
        }
        write(handle, changed);
        end(handle, left);
        changed.forEach(verifier -> told.put(verifier.number(), verifier));
        told.keySet().removeAll(left);
        if (round % ROUNDS_BETWEEN_CLEANINGS == 0) {
            clean(handle);
        }
    }

    private void introduce(Handle handle) {
        delete(handle, former);
        id = UUID.randomUUID().toString();
        version = 0;
        handle.createUpdate("INSERT INTO replica (id, seen_time, version) VALUES (:id, CURRENT_TIMESTAMP, 0)")
                .bind("id", id)
                .execute();
    }

    private static void delete(Handle handle, String id) {
        handle.createUpdate("DELETE FROM replica WHERE id = :id").bind("id", id).execute();
    }

    private boolean isKnown(Handle handle) {
        return handle.createUpdate(
                                "UPDATE replica SET seen_time = CURRENT_TIMESTAMP, version = :version WHERE id = :id")
                        .bind("version", version)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private void write(Handle handle, List<WatchingVerifier> changed) {
        if (changed.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("INSERT INTO watching_verifier (replica_id, number, version, "
                + "verifier, address, software, credential, organization_id, all_organizations, organizations, "
                + "acknowledged_revision, connect_time, ping_time) VALUES (:replica, :number, :version, :verifier, "
                + ":address, :software, :credential, :organization, :all, :organizations, :acknowledged, :connected, "
                + ":pinged) ON CONFLICT (replica_id, number) DO UPDATE SET version = EXCLUDED.version, "
                + "organizations = EXCLUDED.organizations, acknowledged_revision = EXCLUDED.acknowledged_revision, "
                + "ping_time = EXCLUDED.ping_time");
        for (WatchingVerifier verifier : changed) {
            batch.bind("replica", id)
                    .bind("number", verifier.number())
                    .bind("version", version)
                    .bind("verifier", verifier.verifier())
                    .bind("address", verifier.address())
                    .bind("software", verifier.version())
                    .bind("credential", verifier.credential())
                    .bind("organization", verifier.organization())
                    .bind("all", verifier.all())
                    .bind("organizations", String.join(" ", verifier.organizations()))
                    .bind("acknowledged", verifier.acknowledged())
                    .bind("connected", Columns.time(verifier.connected()))
                    .bind("pinged", Columns.time(verifier.pinged()))
                    .add();
        }
        batch.execute();
    }

    private void end(Handle handle, Set<Long> left) {
        if (left.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("UPDATE watching_verifier SET left_time = CURRENT_TIMESTAMP, "
                + "version = :version WHERE replica_id = :replica AND number = :number");
        for (long number : left) {
            batch.bind("replica", id)
                    .bind("number", number)
                    .bind("version", version)
                    .add();
        }
        batch.execute();
    }

    /** Whoever did not read for so long was taken to be gone, and starts over. */
    private void clean(Handle handle) {
        handle.createUpdate("DELETE FROM watching_verifier WHERE replica_id = :id "
                        + "AND left_time < CURRENT_TIMESTAMP - INTERVAL '2' MINUTE")
                .bind("id", id)
                .execute();
        handle.createUpdate("DELETE FROM replica WHERE seen_time < CURRENT_TIMESTAMP - INTERVAL '1' MINUTE")
                .execute();
    }

    private void hear(Handle handle) {
        Map<String, Long> versions = new HashMap<>();
        handle.createQuery("SELECT id, version FROM replica WHERE id <> :id "
                        + "AND seen_time > CURRENT_TIMESTAMP - INTERVAL '15' SECOND")
                .bind("id", id)
                .map((row, context) -> versions.put(row.getString("id"), row.getLong("version")))
                .list();
        peers.keySet().retainAll(versions.keySet());
        versions.forEach((replica, newest) -> {
            Peer peer = peers.computeIfAbsent(replica, fresh -> new Peer());
            if (newest > peer.version) {
                read(handle, replica, peer);
            }
        });
    }

    private static void read(Handle handle, String replica, Peer peer) {
        handle.createQuery("SELECT number, version, verifier, address, software, credential, organization_id, "
                        + "all_organizations, organizations, acknowledged_revision, connect_time, ping_time, left_time "
                        + "FROM watching_verifier WHERE replica_id = :replica AND version > :known")
                .bind("replica", replica)
                .bind("known", peer.version)
                .map((row, context) -> {
                    long number = row.getLong("number");
                    if (row.getObject("left_time") != null) {
                        peer.verifiers.remove(number);
                    } else {
                        peer.verifiers.put(number, verifier(row));
                    }
                    return row.getLong("version");
                })
                .list()
                .forEach(read -> peer.version = Math.max(peer.version, read));
    }

    private static WatchingVerifier verifier(ResultSet row) throws SQLException {
        String organizations = row.getString("organizations");
        return new WatchingVerifier(
                row.getLong("number"),
                row.getString("verifier"),
                row.getString("address"),
                row.getString("software"),
                row.getString("credential"),
                row.getString("organization_id"),
                row.getBoolean("all_organizations"),
                organizations.isEmpty() ? Set.of() : Set.of(organizations.split(" ")),
                row.getLong("acknowledged_revision"),
                Columns.time(row, "connect_time"),
                Columns.time(row, "ping_time"));
    }
}
