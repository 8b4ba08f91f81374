package dev.signet.authority.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server: many writers at once, of this authority and of others.
 *
 * <p>Writes are {@code READ COMMITTED}, and lock whatever they rest on before they read it. Each statement then sees what
 * was committed before it began, so what is read under a lock is what the lock keeps; a lock that had to wait gives the
 * row as it is then, or none where it is gone. {@code REPEATABLE READ} and {@code SERIALIZABLE} would show the state
 * before the lock and fail at every row that another has changed since; and as the row of the revisions is changed by
 * every trust change, of two that are under way one would always fail, and under load most. What nobody can lock, as it
 * is not there yet, is kept from being made twice by unique keys: the second fails, is made again, and finds the first.
 *
 * <p>Who waits for whom, in the order in which {@link Transaction} has them lock:
 *
 * <ul>
 *   <li>Whoever makes something below an entry shares its lock; whoever deletes it, or revokes all of it, has it alone
 *       before looking for what ends. So nothing is made below what is going away: it was there to be listed, or its
 *       maker finds no parent.
 *   <li>Rotating, deleting and editing roles have the subject's row alone, so of two the later sees what the earlier did,
 *       and announces it later. The credential of whoever does it is shared, as is the key that signed it and its custom
 *       roles: what lets somebody in cannot end between the check and the commit.
 *   <li>The head of an organization's audit chain is locked when the work is done. Writes to one organization go one
 *       after the other from there to their commits.
 *   <li>The row of the revisions comes last, and is held for as long as the commit takes. The next gets it when the commit
 *       is visible, so revisions become visible in their order: whoever reads on after one can skip none.
 * </ul>
 *
 * <p>Reads are {@code REPEATABLE READ}, one snapshot each, and neither wait nor are waited for.
 */
final class Postgres implements Database {
    private static final Logger LOG = LoggerFactory.getLogger(Postgres.class);
    private static final String SNAPSHOT = "TRANSACTION_REPEATABLE_READ";
    private static final String URL = "database-url";
    private static final String BROKEN = "08006";

    private final PostgresConfig config;
    private final Migrations migrations;
    private final Pauses pauses = new Pauses(new SecureRandom(), LockSupport::parkNanos);
    private final HikariDataSource writing;
    private final HikariDataSource writingFirst;
    private final HikariDataSource reading;
    private final HikariDataSource following;
    private final HikariDataSource looking;

    private Postgres(PostgresConfig config, Migrations migrations) {
        this.config = config;
        this.migrations = migrations;
        DataSource connections = PostgresConnections.limited(config);
        int quarter = config.poolSize() / 4;
        int eighth = Math.max(1, config.poolSize() / 8);
        this.writing = pool("ledger", connections, config.poolSize() - 2 * quarter - eighth);
        this.writingFirst = pool("ledger-first", connections, eighth);
        this.reading = pool("ledger-reading", connections, quarter);
        this.following = pool("ledger-following", PostgresConnections.impatient(config), 1);
        this.looking = pool("ledger-looking", connections, quarter);
        writing.setAutoCommit(false);
        writingFirst.setAutoCommit(false);
        for (HikariDataSource snapshots : List.of(reading, following)) {
            snapshots.setAutoCommit(false);
            snapshots.setTransactionIsolation(SNAPSHOT);
            snapshots.setReadOnly(true);
        }
    }

    /**
     * Connects to a server.
     *
     * @throws InvalidConfiguration where it cannot be reached, lets nobody in, or may lose what it has answered
     */
    static Postgres open(PostgresConfig config) {
        return open(config, Migrations.POSTGRES);
    }

    static Postgres open(PostgresConfig config, Migrations migrations) {
        if (config.rootCertificate() != null && !Files.isReadable(config.rootCertificate())) {
            throw new InvalidConfiguration("database-root-certificate", "cannot be read: " + config.rootCertificate());
        }
        // Once without the pools, whose retries would only delay what is wrong.
        try (Connection connection = PostgresConnections.unlimited(config).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT current_setting('synchronous_commit'), "
                        + "current_setting('fsync'), current_setting('server_encoding'), version(), "
                        + "current_setting('synchronous_standby_names')")) {
            row.next();
            require(!row.getString(1).equals("off"), "synchronous_commit is off", "ALTER DATABASE … SET it to on");
            require(row.getString(3).equals("UTF8"), "its encoding is " + row.getString(3), "make one with UTF8");
            if (config.failover() && row.getString(5).isBlank()) {
                throw new InvalidConfiguration(
                        "database-failover",
                        "the server waits for no standby, so another that takes its place would lack what was answered; "
                                + "set synchronous_standby_names there");
            }
            if (!row.getString(2).equals("on")) {
                LOG.warn("the database has fsync off: what is acknowledged can be lost when its machine goes down");
            }
            LOG.info("the ledger is kept at {}: {}", config.url(), row.getString(4));
        } catch (SQLException e) {
            throw unusable(config, e);
        }
        return new Postgres(config, migrations);
    }

    private static void require(boolean good, String problem, String remedy) {
        if (!good) {
            throw new InvalidConfiguration(URL, "the database cannot be used, as " + problem + "; " + remedy);
        }
    }

    /** Says what is wrong in the server's words, which hold no secrets. */
    private static InvalidConfiguration unusable(PostgresConfig config, SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String why = config.url() + ": "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse(state);
        if (config.tls() != PostgresConfig.Tls.DISABLE && state.equals(BROKEN)) {
            // Neither the name nor the certificate has a state of its own.
            return new InvalidConfiguration(
                    config.rootCertificate() == null ? "database-tls" : "database-root-certificate",
                    "the server does not prove who it is, " + why);
        }
        return new InvalidConfiguration(
                state.startsWith("28")
                        ? config.passwordFile() == null ? "database-user" : "database-password-file"
                        : URL,
                "the database cannot be used, " + why);
    }

    private HikariDataSource pool(String name, DataSource connections, int largest) {
        HikariDataSource pool = new HikariDataSource();
        pool.setDataSource(connections);
        pool.setPoolName(name);
        pool.setMaximumPoolSize(largest);
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(config.connectTimeout().toMillis());
        // Connections that were lost in silence are found out one by one, within the time for one.
        pool.setValidationTimeout(config.connectTimeout().dividedBy(4).toMillis());
        return pool;
    }

    @Override
    public String key() {
        return URL;
    }

    @Override
    public DataSource writing() {
        return writing;
    }

    @Override
    public DataSource reading() {
        return reading;
    }

    @Override
    public DataSource following() {
        return following;
    }

    @Override
    public DataSource looking() {
        return looking;
    }

    @Override
    public Connection snapshot() throws SQLException {
        // Not from the pool: a session of that one is ended where it does nothing in a transaction, to free its locks.
        Connection connection = connect();
        try {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    @Override
    public Connection connect() throws SQLException {
        return PostgresConnections.unlimited(config).getConnection();
    }

    /** Where several authorities start at once, Flyway has them do it one after the other. */
    @Override
    public void migrate() {
        try {
            migrations.run(PostgresConnections.unlimited(config), URL);
        } catch (SQLException e) {
            throw unusable(config, e);
        } catch (FlywayException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql) {
                    throw unusable(config, sql);
                }
            }
            throw new InvalidConfiguration(
                    URL,
                    "the tables cannot be made, " + config.url() + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    @Override
    public Locks locks() {
        return Locks.POSTGRES;
    }

    @Override
    public Writes writes(Attempts attempts) {
        return new OwnWrites(writing, writingFirst, attempts, pauses);
    }

    @Override
    public Replica join(LongConsumer committed) {
        return new PostgresReplica(
                PostgresConnections.limited(config),
                committed,
                config.failover() ? Optional.of(new Heartbeat(writing)) : Optional.empty(),
                new PostgresVerifiers(writing),
                pauses);
    }

    /** Every connection of a pool is broken once where the server went away; a read changes nothing. */
    @Override
    public boolean mayReadAgain(JdbiException e, int attempt) {
        PostgresFailure failure = PostgresFailure.of(e);
        if (!failure.takesLonger() || !failure.isWorthAnother(attempt)) {
            return false;
        }
        pauses.before(attempt + 1, true);
        return true;
    }

    @Override
    public RuntimeException told(JdbiException e) {
        return PostgresFailure.of(e).told(e);
    }

    @Override
    public void close() {
        reading.close();
        following.close();
        looking.close();
        writingFirst.close();
        writing.close();
    }
}
