package dev.signet.authority.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;

/**
 * The embedded database: one file, one process, one writer at a time.
 *
 * <p>By itself H2 acknowledges commits that a crash takes back: it writes behind by half a second, and never asks the
 * disk to sync. {@code WRITE_DELAY=0} makes a commit survive the death of the process, {@link #sync} that of the
 * machine.
 *
 * <p>What H2 writes into its file is no snapshot over tables: written while another transaction is halfway, it holds a
 * part of that one without what would take it back, and a crash then leaves the half. So nothing may make H2 write but
 * the one transaction under way: {@link GroupCommit} makes one at a time, results never spill into the file, and the
 * sync goes past H2.
 */
final class H2 implements Database {
    /**
     * One snapshot of everything for all statements of a transaction. H2's repeatable read is one of each table, taken
     * when the table is first read.
     */
    private static final String SNAPSHOT = "TRANSACTION_SERIALIZABLE";

    private static final int ALREADY_IN_USE = 90020;
    /** Another transaction has changed the row meanwhile. */
    private static final String CONCURRENT_UPDATE = "90131";

    /** The thread that writes, and one more at the start and at the end. */
    private static final int WRITERS = 2;

    private static final int READERS = 32;

    /** How long anybody waits for a lock, a connection or a turn. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final HikariDataSource writing;
    private final HikariDataSource reading;
    private final HikariDataSource looking;
    /**
     * The file once more, only to sync it. To be closed after H2's own: closing any channel of a file gives up the
     * process's locks on it.
     */
    private final RandomAccessFile toSync;

    private H2(Path file, String url) throws IOException {
        this.file = file;
        this.writing = pool("ledger", url, WRITERS);
        this.reading = pool("ledger-reading", url, READERS);
        this.looking = pool("ledger-looking", url, READERS);
        reading.setTransactionIsolation(SNAPSHOT);
        // Else each read would end twice, the second time by switching this back on.
        reading.setAutoCommit(false);
        this.toSync = new RandomAccessFile(file.toFile(), "rw");
    }

    /**
     * Opens the database, making the folder and the file where there are none.
     *
     * @throws InvalidConfiguration where the folder cannot be used, or another process has it open
     */
    static H2 open(Path data) {
        return open(data, "file");
    }

    /** As {@link #open(Path)}, through one of H2's file systems. */
    static H2 open(Path data, String fileSystem) {
        String url = "jdbc:h2:" + fileSystem + ":" + data.resolve("ledger")
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                + ";LOCK_TIMEOUT=" + PATIENCE.toMillis()
                + ";MAX_MEMORY_ROWS=" + Integer.MAX_VALUE
                // Every statement that there is, so that none is parsed twice on a connection.
                + ";QUERY_CACHE_SIZE=512"
                // A result that is reused instead of read would be older than the lock that it is read under.
                + ";OPTIMIZE_REUSE_RESULTS=0";
        Path file = data.resolve("ledger.mv.db");
        StoreConfig.makeFolder(data);
        try {
            // Opened once without the pool, whose retries would only delay what is wrong.
            DriverManager.getConnection(url, "sa", "").close();
            restrict(file);
            return new H2(file, url);
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the folder cannot be made or written: " + data);
        } catch (SQLException e) {
            throw new InvalidConfiguration(
                    "data",
                    e.getErrorCode() == ALREADY_IN_USE
                            ? "another process has the ledger open: " + data
                            : "the ledger cannot be opened (" + e.getErrorCode() + "): " + data);
        }
    }

    private static HikariDataSource pool(String name, String url, int largest) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(url);
        pool.setUsername("sa");
        pool.setPassword("");
        pool.setPoolName(name);
        pool.setMaximumPoolSize(largest);
        pool.setConnectionTimeout(PATIENCE.toMillis());
        return pool;
    }

    @Override
    public String key() {
        return "data";
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
        return reading;
    }

    @Override
    public DataSource looking() {
        return looking;
    }

    @Override
    public void migrate() {
        try {
            Migrations.H2.run(writing, key());
        } catch (SQLException e) {
            throw new IllegalStateException("the tables cannot be read", e);
        }
    }

    /** @param last the step to end with */
    void migrate(String last) throws SQLException {
        Migrations.H2.run(writing, key(), last);
    }

    @Override
    public Locks locks() {
        return Locks.NONE;
    }

    @Override
    public Writes writes(Attempts attempts) {
        return new SharedWrites(JdbcLedger.jdbi(writing), attempts, new Durability(this::sync), PATIENCE);
    }

    @Override
    public Replica join(LongConsumer committed) {
        return Replica.ALONE;
    }

    @Override
    public boolean mayReadAgain(JdbiException e, int attempt) {
        return false;
    }

    @Override
    public RuntimeException told(JdbiException e) {
        return isTransient(SqlState.of(e)) ? Refusal.busy() : e;
    }

    /** Whether the transaction lost against others: a serialization failure, a deadlock, a lock or connection not had. */
    static boolean isTransient(String sqlState) {
        return sqlState.startsWith("40")
                || sqlState.equals(SqlState.TIMED_OUT)
                || sqlState.equals(SqlState.NOT_UNIQUE)
                || sqlState.equals(CONCURRENT_UPDATE);
    }

    @Override
    public Connection snapshot() throws SQLException {
        return reading.getConnection();
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(writing.getJdbcUrl(), writing.getUsername(), writing.getPassword());
    }

    /** Returns once everything committed before the call is on the disk. */
    void sync() throws IOException {
        toSync.getFD().sync();
    }

    /** Ends the database cleanly, leaving a compact file. */
    @Override
    public void close() {
        reading.close();
        looking.close();
        try (Connection connection = writing.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN COMPACT");
        } catch (SQLException e) {
            // Everything acknowledged is on the disk already; the next start recovers.
        } finally {
            writing.close();
        }
        try {
            toSync.close();
            restrict(file);
        } catch (IOException e) {
            // The folder keeps others out all the same.
        }
    }

    /** H2 makes its file anew when it compacts, and would let others read it. */
    private static void restrict(Path file) throws IOException {
        // Mended and not refused: a process that is killed while it compacts leaves it so, and no secret is in it.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
