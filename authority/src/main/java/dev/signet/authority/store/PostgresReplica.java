package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, and one thread that waits on it: it hears of the commits of all authorities, by a notification that is
 * part of each, and holds the lock of the housekeeper where it gets it.
 *
 * <p>What is missed while there is no connection is not heard of later: whoever must know reads on from time to time.
 */
final class PostgresReplica implements Replica {
    private static final Logger LOG = LoggerFactory.getLogger(PostgresReplica.class);
    /** As the trigger on the row of the revisions notifies, see {@code afterMigrate.sql}. */
    private static final String CHANNEL = "signet_trust";

    private static final Duration QUIET = Duration.ofSeconds(1);
    /** How long it takes at most to notice that the server is cut off. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** How far apart attempts to connect get, in pauses of about a quarter of a second. */
    private static final int MOST_PAUSES = 20;

    /** Also where it is never quiet. */
    private static final int WAKES_BETWEEN_CHECKS = 100;

    /**
     * A server whose authority is cut off must notice, as it keeps its lock until then: after 5 s of silence it asks,
     * three times at most.
     */
    private static final String SESSION = "SELECT set_config('application_name', 'signet-replica', false), "
            + "set_config('tcp_keepalives_idle', '5', false), set_config('tcp_keepalives_interval', '5', false), "
            + "set_config('tcp_keepalives_count', '3', false)";

    private static final String LOCK = "hashtextextended('signet/housekeeping', 0)";

    private final DataSource connections;
    private final LongConsumer others;
    private final Optional<Heartbeat> heartbeat;
    private final PostgresVerifiers verifiers;
    private final Pauses pauses;
    private final Thread thread = new Thread(this::run, "ledger-replica");
    private volatile @Nullable Connection current;
    private volatile boolean housekeeper;
    private volatile boolean closed;

    /**
     * Begins to listen.
     *
     * @param others is told the head of a commit, by one thread
     * @param heartbeat empty where no standby can take the server's place
     */
    PostgresReplica(
            DataSource connections,
            LongConsumer others,
            Optional<Heartbeat> heartbeat,
            PostgresVerifiers verifiers,
            Pauses pauses) {
        this.connections = connections;
        this.others = others;
        this.heartbeat = heartbeat;
        this.verifiers = verifiers;
        this.pauses = pauses;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public boolean isHousekeeper() {
        return housekeeper;
    }

    @Override
    public long beat() {
        return heartbeat.map(Heartbeat::beat).orElse(0L);
    }

    @Override
    public List<WatchingVerifier> exchange(List<WatchingVerifier> here) {
        return verifiers.exchange(here);
    }

    @Override
    public void close() {
        verifiers.leave();
        closed = true;
        LockSupport.unpark(thread);
        Connection connection = current;
        if (connection != null) {
            try {
                // The server gives the lock to another as soon as it sees the end.
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("the connection was closed before", e);
            }
        }
        try {
            thread.join(PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        while (!closed) {
            try (Connection connection = connections.getConnection()) {
                current = connection;
                listen(connection);
                failures = 0;
                follow(connection);
            } catch (SQLException | RuntimeException e) {
                if (failures == 0 && !closed) {
                    LOG.warn("nothing is heard of the other authorities until the store is back: {}", e.getMessage());
                }
                failures++;
            } finally {
                housekeeper = false;
            }
            for (int pause = 0; pause < Math.min(failures, MOST_PAUSES) && !closed; pause++) {
                pauses.before(failures + 1, true);
            }
        }
    }

    private static void listen(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
        try (Statement statement = connection.createStatement()) {
            statement.execute(SESSION);
            statement.execute("LISTEN " + CHANNEL);
        }
    }

    private void follow(Connection connection) throws SQLException {
        // Whatever came before, nobody heard of.
        others.accept(Long.MAX_VALUE);
        check(connection);
        PGConnection listening = connection.unwrap(PGConnection.class);
        int wakes = 0;
        while (!closed) {
            PGNotification[] heard = listening.getNotifications((int) QUIET.toMillis());
            if (heard != null && heard.length > 0) {
                others.accept(head(heard[heard.length - 1]));
                wakes++;
            }
            if (heard == null || heard.length == 0 || wakes >= WAKES_BETWEEN_CHECKS) {
                check(connection);
                wakes = 0;
            }
        }
    }

    /** Commits notify in the order of their revisions, so the last of some is the highest. */
    private static long head(PGNotification notification) {
        try {
            return Long.parseLong(notification.getParameter());
        } catch (NumberFormatException e) {
            LOG.debug("somebody else notifies on {}", CHANNEL, e);
            return Long.MAX_VALUE;
        }
    }

    /** Whether the connection still lives, and the lock is this one's. */
    private void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        housekeeper ? "SELECT true" : "SELECT pg_try_advisory_lock(" + LOCK + ")")) {
            row.next();
            if (!housekeeper && row.getBoolean(1)) {
                LOG.info("this authority does the housekeeping");
                housekeeper = true;
            }
        }
    }
}
