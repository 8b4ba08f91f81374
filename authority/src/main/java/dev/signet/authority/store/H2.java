package dev.signet.authority.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/**
 * The embedded database: one file, one process.
 *
 * <p>By itself H2 acknowledges commits that a crash takes back: it writes behind by half a second, and never asks the
 * disk to sync. {@code WRITE_DELAY=0} makes a commit survive the death of the process, {@link #sync} that of the
 * machine.
 */
final class H2 {
    /**
     * One snapshot of everything for all statements of a transaction. H2's repeatable read is one of each table, taken
     * when the table is first read.
     */
    static final TransactionIsolationLevel SNAPSHOT = TransactionIsolationLevel.SERIALIZABLE;

    private static final int ALREADY_IN_USE = 90020;

    private static final String FILE = "ledger";

    private H2() {}

    /**
     * Opens the database, making the folder and the file where there are none.
     *
     * @throws InvalidConfiguration where the folder cannot be used, or another process has it open
     */
    static HikariDataSource open(Path data) {
        String url = "jdbc:h2:file:" + data.resolve(FILE)
                + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=5000;TRACE_LEVEL_FILE=0"
                // A result that is reused instead of read would be older than the lock that it is read under.
                + ";OPTIMIZE_REUSE_RESULTS=0";
        try {
            Files.createDirectories(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            // Opened once without the pool, whose retries would only delay what is wrong.
            DriverManager.getConnection(url, "sa", "").close();
            restrict(data);
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the folder cannot be made or written: " + data);
        } catch (SQLException e) {
            throw new InvalidConfiguration(
                    "data",
                    e.getErrorCode() == ALREADY_IN_USE
                            ? "another process has the ledger open: " + data
                            : "the ledger cannot be opened (" + e.getErrorCode() + "): " + data);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("sa");
        config.setPassword("");
        config.setPoolName("ledger");
        config.setMaximumPoolSize(16);
        config.setConnectionTimeout(5_000);
        return new HikariDataSource(config);
    }

    /**
     * Returns once everything committed before the call is on the disk.
     *
     * @throws IllegalStateException where the disk did not take it; never to be mistaken for a commit that failed
     */
    static void sync(Handle handle) {
        try {
            handle.execute("CHECKPOINT SYNC");
        } catch (JdbiException e) {
            throw new IllegalStateException("what was committed may not be on the disk", e);
        }
    }

    /** Ends the database cleanly, leaving a compact file. */
    static void shutdown(Handle handle, Path data) {
        try {
            handle.execute("SHUTDOWN COMPACT");
        } finally {
            // Also where it complains that the database is closed, as it now is.
            try {
                restrict(data);
            } catch (IOException e) {
                // The folder keeps others out all the same.
            }
        }
    }

    /** H2 makes its file anew when it compacts, and would let others read it. */
    private static void restrict(Path data) throws IOException {
        Files.setPosixFilePermissions(data.resolve(FILE + ".mv.db"), PosixFilePermissions.fromString("rw-------"));
    }
}
