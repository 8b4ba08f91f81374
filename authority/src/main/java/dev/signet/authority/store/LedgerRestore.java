package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Loads a backup into a folder that holds no ledger. What comes of it is held as restored. It is made in a folder of its
 * own and takes its place last, so that a crash leaves no ledger, and the same can be done again.
 */
public final class LedgerRestore {
    private static final String LEDGER = "ledger.mv.db";
    private static final String RESTORING = "restoring";

    private LedgerRestore() {}

    /**
     * @throws InvalidConfiguration where the file is no backup, damaged or of a later version, or the folder holds a
     *     ledger
     */
    public static void load(Path file, Path data) {
        if (Files.exists(data.resolve(LEDGER))) {
            throw new InvalidConfiguration("data", "holds a ledger already: " + data);
        }
        BackupReader.Header header = new BackupReader(file).check();
        StoreConfig.makeFolder(data);
        Path folder = data.resolve(RESTORING);
        try {
            clear(folder);
            H2 h2 = H2.open(folder);
            try {
                load(file, header, h2);
            } finally {
                h2.close();
            }
            sync(folder.resolve(LEDGER));
            Files.move(folder.resolve(LEDGER), data.resolve(LEDGER), StandardCopyOption.ATOMIC_MOVE);
            clear(folder);
            sync(data);
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the folder cannot be written: " + data);
        } catch (SQLException e) {
            throw new IllegalStateException("the backup cannot be loaded", e);
        }
    }

    /**
     * Reads a backup to its end.
     *
     * @throws InvalidConfiguration where it is none, or damaged
     */
    public static void check(Path file) {
        var unused = new BackupReader(file).check();
    }

    /** @throws InvalidConfiguration where the folder holds no ledger */
    public static void requireLedger(Path data) {
        if (Files.notExists(data.resolve(LEDGER))) {
            throw new InvalidConfiguration("data", "holds no ledger: " + data);
        }
    }

    private static void load(Path file, BackupReader.Header header, H2 h2) throws SQLException {
        // As far as the backup's, so that the steps that came later change its rows as they changed everybody's.
        h2.migrate(header.schema());
        try (Connection connection = h2.connect()) {
            if (!BackupWriter.schema(connection).equals(header.schema())) {
                throw new InvalidConfiguration(BackupReader.KEY, "was written by a later version of Signet: " + file);
            }
            connection.setAutoCommit(false);
            var unused = new BackupReader(file).read(new Loading(connection));
        }
        h2.migrate();
        try (Connection connection = h2.connect()) {
            Hold.write(connection, Hold.RESTORED + header.taken());
        }
    }

    private record Loading(Connection connection) implements BackupReader.Target {
        @Override
        public BackupReader.TableTarget table(TableRows rows) throws SQLException {
            TableRows.Writer writer = rows.writer(connection);
            return new BackupReader.TableTarget() {
                @Override
                public void row(@Nullable Object[] values) throws SQLException {
                    writer.row(values);
                }

                @Override
                public void close() throws SQLException {
                    writer.flush();
                    writer.close();
                    connection.commit();
                }
            };
        }
    }

    private static void clear(Path folder) throws IOException {
        if (Files.notExists(folder)) {
            return;
        }
        List<Path> left;
        try (var files = Files.list(folder)) {
            left = files.toList();
        }
        for (Path each : left) {
            Files.delete(each);
        }
        Files.delete(folder);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
