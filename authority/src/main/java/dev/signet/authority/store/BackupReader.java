package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** Reads a backup. Nothing of it is to be used before all of it was read once: only its end tells whether it is whole. */
final class BackupReader {
    static final String KEY = "file";

    private final Path file;

    BackupReader(Path file) {
        this.file = file;
    }

    /**
     * What is said first.
     *
     * @param schema how far the tables were migrated
     * @param taken when
     */
    record Header(String schema, Instant taken) {}

    /** What is done with the tables. */
    interface Target {
        /** A table comes; its rows go to what is returned. */
        TableTarget table(TableRows rows) throws SQLException;
    }

    /** What is done with the rows of a table. */
    interface TableTarget extends TableRows.Sink, AutoCloseable {
        @Override
        void close() throws SQLException;
    }

    /**
     * Reads everything, and looks whether it is what was written.
     *
     * @throws InvalidConfiguration where it is no backup, or damaged
     */
    Header check() {
        try {
            return read(rows -> new TableTarget() {
                @Override
                public void row(@Nullable Object[] values) {
                    // Only the digest counts.
                }

                @Override
                public void close() {
                    // Nothing was opened.
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hands everything on. */
    Header read(Target target) throws SQLException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new InvalidConfiguration(KEY, "cannot be read: " + file);
        }
        try (InputStream stored = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                InputStream plain = new BufferedInputStream(new GZIPInputStream(stored), 1 << 16)) {
            return read(plain, target);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidConfiguration(KEY, "is no backup, or a damaged one (" + e.getMessage() + "): " + file);
        }
    }

    private static Header read(InputStream plain, Target target) throws IOException, SQLException {
        DigestInputStream digested = new DigestInputStream(plain, TableDigest.newDigest());
        DataInputStream in = new DataInputStream(digested);
        if (!in.readUTF().equals(BackupWriter.FORMAT)) {
            throw new IOException("another format");
        }
        Header header = new Header(in.readUTF(), Instant.ofEpochMilli(in.readLong()));
        Set<StoredTable> missing = EnumSet.allOf(StoredTable.class);
        int next = in.readUnsignedByte();
        for (; next == BackupWriter.TABLE; next = in.readUnsignedByte()) {
            StoredTable table = StoredTable.valueOf(in.readUTF().toUpperCase(Locale.ROOT));
            if (!missing.remove(table)) {
                throw new IOException("a table twice");
            }
            readTable(table, in, target);
        }
        if (next != BackupWriter.END) {
            throw new IOException("no table where one should be");
        }
        byte[] expected = digested.getMessageDigest().digest();
        byte[] said = new byte[expected.length];
        new DataInputStream(plain).readFully(said);
        // A backup of an earlier version lacks the tables that came later; the one that says it is whole must be there.
        if (!Arrays.equals(expected, said) || missing.contains(StoredTable.LEDGER) || plain.read() >= 0) {
            throw new IOException("its end does not fit");
        }
        return header;
    }

    private static void readTable(StoredTable table, DataInputStream in, Target target)
            throws IOException, SQLException {
        int count = in.readInt();
        List<TableRows.Column> columns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            columns.add(new TableRows.Column(in.readUTF(), ColumnKind.valueOf(in.readUTF())));
        }
        TableRows rows = new TableRows(table, columns);
        TableDigest.Builder digest = new TableDigest.Builder();
        int next = in.readUnsignedByte();
        try (TableTarget sink = target.table(rows)) {
            for (; next == BackupWriter.ROW; next = in.readUnsignedByte()) {
                @Nullable Object[] row = new @Nullable Object[columns.size()];
                for (int i = 0; i < row.length; i++) {
                    row[i] = columns.get(i).kind().read(in);
                }
                digest.add(rows.encode(row));
                sink.row(row);
            }
        }
        if (next != BackupWriter.END_OF_TABLE || !digest.build().equals(new TableDigest(in.readLong(), in.readUTF()))) {
            throw new IOException("the table " + table.sqlName() + " does not fit");
        }
    }
}
