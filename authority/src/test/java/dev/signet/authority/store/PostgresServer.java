package dev.signet.authority.store;

import dev.signet.verifier.token.IdGenerator;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL for the tests of this virtual machine: one that it starts, and that ends with it; or one that runs
 * already on this machine, where {@code SIGNET_TEST_POSTGRES} names it as {@code PORT:USER}, which must be let in without
 * a password and be allowed to make databases.
 */
public final class PostgresServer {
    private static final String EXTERNAL = "SIGNET_TEST_POSTGRES";
    /** Whether its commits are to be on the disk: for those who measure, as all others only lose time by it. */
    public static final String FSYNC = "signet.test.postgres.fsync";

    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static @Nullable PostgresServer server;

    private final int port;
    private final String user;
    private final String template;

    private PostgresServer(int port, String user) {
        this.port = port;
        this.user = user;
        this.template = create("");
        // With all tables, so that no test makes them again.
        JdbcLedger.open(
                        new StoreConfig(Path.of("target"), config(template)),
                        LedgerContract.CODEC,
                        new IdGenerator(InstantSource.fixed(Samples.NOW), new Random(0)))
                .close();
        execute(template, "DELETE FROM ledger");
    }

    public static synchronized PostgresServer running() {
        if (server == null) {
            String external = System.getenv(EXTERNAL);
            if (external != null) {
                String[] parts = external.split(":", 2);
                server = new PostgresServer(Integer.parseInt(parts[0]), parts[1]);
            } else {
                server = new PostgresServer(start().getPort(), "postgres");
            }
        }
        return server;
    }

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres started = EmbeddedPostgres.builder()
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("fsync", System.getProperty(FSYNC, "off"))
                    .setServerConfig("max_connections", "200")
                    .setLocaleConfig("locale", "C.UTF-8")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    started.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    String user() {
        return user;
    }

    /** A new database, with all tables and nothing in them. */
    public PostgresConfig database() {
        return config(create(" TEMPLATE " + template));
    }

    /** A new database without any tables. */
    public PostgresConfig emptyDatabase() {
        return config(create(""));
    }

    /** What has {@code signet serve} use a database. */
    public List<String> flags(PostgresConfig config) {
        return List.of("--database-url", "postgresql://" + config.url(), "--database-user", config.user());
    }

    private String create(String like) {
        String name = "signet_" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + like);
        return name;
    }

    private PostgresConfig config(String database) {
        return PostgresConfig.of("postgresql://127.0.0.1:" + port + "/" + database, user);
    }

    /** The same database, as it is reached at another port. */
    public PostgresConfig at(int otherPort, PostgresConfig config) {
        return PostgresConfig.of(
                "postgresql://127.0.0.1:" + otherPort + "/" + config.url().database(), user);
    }

    /** Does something as the server's owner. */
    void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Does something in a database as the server's owner. */
    public void execute(PostgresConfig config, String sql) {
        execute(config.url().database(), sql);
    }

    /** A number that the server's owner is told. */
    public long ask(PostgresConfig config, String sql) {
        try (Connection connection = connect(config.url().database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Where it keeps its files, with what was committed written to them. */
    public Path folder() {
        execute("postgres", "CHECKPOINT");
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW data_directory")) {
            row.next();
            return Path.of(row.getString(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, null);
    }

    /** Ends a database with whatever is connected to it. */
    public void drop(PostgresConfig config) {
        execute("postgres", "DROP DATABASE IF EXISTS " + config.url().database() + " WITH (FORCE)");
    }
}
