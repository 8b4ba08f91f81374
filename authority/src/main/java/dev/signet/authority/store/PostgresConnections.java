package dev.signet.authority.store;

import dev.signet.verifier.FileAccess;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.ListenAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ssl.DefaultJavaSSLFactory;

/** Opens connections to the server that takes writes, each with the password as its file holds it now. */
final class PostgresConnections extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;
    /** Longer than an authority stands still for anything but a fault. */
    private static final Duration SHORTEST_IDLE = Duration.ofSeconds(1);

    private static final Duration LONGER_THAN_ANY_STATEMENT = Duration.ofSeconds(10);

    private final String user;
    private final transient @Nullable Path passwordFile;
    private final String session;

    private PostgresConnections(PostgresConfig config, String session) {
        this.user = config.user();
        this.passwordFile = config.passwordFile();
        this.session = session;
        setServerNames(config.url().servers().stream().map(ListenAddress::host).toArray(String[]::new));
        setPortNumbers(
                config.url().servers().stream().mapToInt(ListenAddress::port).toArray());
        setDatabaseName(config.url().database());
        setTargetServerType("primary");
        setApplicationName("signet");
        setConnectTimeout(seconds(config.connectTimeout()));
        setLoginTimeout(seconds(config.connectTimeout().multipliedBy(2)));
        setTcpKeepAlive(true);
        setGssEncMode("disable");
        setSslMode(config.tls().mode());
        if (config.rootCertificate() != null) {
            setSslRootCert(config.rootCertificate().toString());
        } else if (config.tls() != PostgresConfig.Tls.DISABLE) {
            setSslfactory(DefaultJavaSSLFactory.class.getName());
        }
        // Every statement that there is, so that none is parsed twice on a connection.
        setPreparedStatementCacheQueries(512);
        setReWriteBatchedInserts(true);
        // What was written is nobody's business who reads the log.
        setLogServerErrorDetail(false);
    }

    /** For work that takes as long as it takes. */
    static PostgresConnections unlimited(PostgresConfig config) {
        return new PostgresConnections(config, "");
    }

    /** For the work of an authority. */
    static PostgresConnections limited(PostgresConfig config) {
        // Commits are durable whatever becomes the server's default; and who dies or is cut off within a transaction
        // must not keep its locks, but lose them while others still wait for them. What is read is in memory or on a
        // disk
        // without arms: by the server's default, made for those with, going through all of a wrong index can seem less
        // than finding a thousand rows by the right one.
        Duration idle = config.lockTimeout().dividedBy(2);
        PostgresConnections connections = new PostgresConnections(config, """
                SELECT set_config('lock_timeout', '%1$d', false), set_config('statement_timeout', '%2$d', false),
                set_config('idle_in_transaction_session_timeout', '%3$d', false),
                set_config('random_page_cost', '1.1', false),
                set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN (%4$s) THEN 'on'
                ELSE current_setting('synchronous_commit') END, false)
                """.formatted(
                        config.lockTimeout().toMillis(),
                        config.statementTimeout().toMillis(),
                        (idle.compareTo(SHORTEST_IDLE) < 0 ? SHORTEST_IDLE : idle).toMillis(),
                        config.failover() ? "'off', 'local', 'remote_write'" : "'off'"));
        // A server that cannot be reached any more ends nothing by itself.
        connections.setSocketTimeout(seconds(config.statementTimeout().plus(LONGER_THAN_ANY_STATEMENT)));
        return connections;
    }

    /** For what takes no time where the server answers at all. */
    static PostgresConnections impatient(PostgresConfig config) {
        PostgresConnections connections = limited(config);
        connections.setSocketTimeout(seconds(config.connectTimeout()));
        return connections;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = getConnection(user, password());
        if (!session.isEmpty()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(session);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    private @Nullable String password() {
        Path file = passwordFile;
        if (file == null) {
            return null;
        }
        String key = "database-password-file";
        try {
            FileAccess.requireSecret(key, file);
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new InvalidConfiguration(key, "cannot be read: " + file);
        }
    }

    private static int seconds(Duration duration) {
        return Math.toIntExact(duration.plusMillis(999).toSeconds());
    }
}
