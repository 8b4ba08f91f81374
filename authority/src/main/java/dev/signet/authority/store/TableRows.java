package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table, whatever its columns are: read page by page in the order of the primary key, as neither database
 * should hold them all in memory; and written in batches.
 *
 * @param columns in the order of their names
 */
record TableRows(StoredTable table, List<Column> columns) {
    private static final int PAGE = 200;
    private static final int BATCH = 500;
    /** It says where the copy is, and is no part of what is copied. */
    private static final String HOLD = "hold";

    /** @param name in lower case */
    record Column(String name, ColumnKind kind) {}

    interface Sink {
        void row(@Nullable Object[] values) throws IOException, SQLException;
    }

    TableRows {
        columns = List.copyOf(columns);
    }

    /** The table as it is in a database. */
    static TableRows in(Connection connection, StoredTable table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT LOWER(column_name), LOWER(data_type) FROM information_schema.columns "
                        + "WHERE LOWER(table_schema) = LOWER(CURRENT_SCHEMA) AND LOWER(table_name) = ?")) {
            query.setString(1, table.sqlName());
            ResultSet row = query.executeQuery();
            while (row.next()) {
                if (table != StoredTable.LEDGER || !row.getString(1).equals(HOLD)) {
                    columns.add(new Column(row.getString(1), ColumnKind.of(row.getString(2))));
                }
            }
        }
        columns.sort(Comparator.comparing(Column::name));
        return new TableRows(table, columns);
    }

    /** @throws Refusal where the database has a table of which nobody said here whether a copy holds it */
    static void requireAllKnown(Connection connection) throws SQLException {
        Set<String> unknown = new TreeSet<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT LOWER(table_name) FROM "
                        + "information_schema.tables WHERE LOWER(table_schema) = LOWER(CURRENT_SCHEMA)");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                unknown.add(row.getString(1));
            }
        }
        for (StoredTable table : StoredTable.values()) {
            unknown.remove(table.sqlName());
        }
        StoredTable.NOT_COPIED.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw Refusal.failedPrecondition(
                    "LATER_SCHEMA",
                    "the store has tables that this version does not know, and a copy would lack: " + unknown
                            + "; use the version that made them");
        }
    }

    /** Hands on every row, in the order of the primary key. */
    void each(Connection connection, Sink sink) throws IOException, SQLException {
        int depth = table.key().size();
        List<Integer> key = table.key().stream().map(this::position).toList();
        @Nullable Object @Nullable [] last = null;
        // Those that share all of the key but its last column with the last row, then all but two, and so on: each is a
        // stretch of the key's index, which databases do not see in a comparison of whole rows.
        int shared = 0;
        while (shared >= 0) {
            int count = 0;
            for (@Nullable Object[] row : page(connection, key, last, shared)) {
                sink.row(row);
                last = row;
                count++;
            }
            shared = count == PAGE ? depth - 1 : shared - 1;
        }
    }

    private List<@Nullable Object[]> page(
            Connection connection, List<Integer> key, @Nullable Object @Nullable [] last, int shared)
            throws SQLException {
        List<String> conditions = new ArrayList<>();
        if (last != null) {
            for (int i = 0; i <= shared; i++) {
                conditions.add(table.key().get(i) + (i < shared ? " = ?" : " > ?"));
            }
        }
        String sql = "SELECT " + names() + " FROM " + table.sqlName()
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)) + " ORDER BY "
                + String.join(", ", table.key()) + " FETCH FIRST " + PAGE + " ROWS ONLY";
        List<@Nullable Object[]> page = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < conditions.size() && last != null; i++) {
                query.setObject(i + 1, last[key.get(i)]);
            }
            ResultSet row = query.executeQuery();
            while (row.next()) {
                @Nullable Object[] values = new @Nullable Object[columns.size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = columns.get(i).kind().read(row, i + 1);
                }
                page.add(values);
            }
        }
        return page;
    }

    private int position(String name) {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalStateException("no column " + name + " in " + table.sqlName());
    }

    private String names() {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** A row in bytes that are the same whichever database it comes from. */
    byte[] encode(@Nullable Object[] row) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        for (int i = 0; i < row.length; i++) {
            columns.get(i).kind().write(out, row[i]);
        }
        return bytes.toByteArray();
    }

    /** Over all rows. */
    TableDigest digest(Connection connection) throws IOException, SQLException {
        TableDigest.Builder digest = new TableDigest.Builder();
        each(connection, row -> digest.add(encode(row)));
        return digest.build();
    }

    /** Adds rows to the table of a database that has the same columns. */
    Writer writer(Connection connection) throws SQLException {
        TableRows present = in(connection, table);
        if (!Set.copyOf(present.columns).containsAll(columns)) {
            throw new SQLException("the table " + table.sqlName() + " has other columns");
        }
        return new Writer(connection.prepareStatement(String.format(
                Locale.ROOT,
                "INSERT INTO %s (%s) VALUES (%s)",
                table.sqlName(),
                names(),
                String.join(", ", Collections.nCopies(columns.size(), "?")))));
    }

    /** Rows that are added to a table; those of the last batch once it is closed. */
    static final class Writer implements Sink, AutoCloseable {
        private final PreparedStatement insert;
        private int waiting;

        private Writer(PreparedStatement insert) {
            this.insert = insert;
        }

        @Override
        public void row(@Nullable Object[] values) throws SQLException {
            for (int i = 0; i < values.length; i++) {
                insert.setObject(i + 1, values[i]);
            }
            insert.addBatch();
            waiting++;
            if (waiting == BATCH) {
                flush();
            }
        }

        void flush() throws SQLException {
            if (waiting > 0) {
                insert.executeBatch();
                waiting = 0;
            }
        }

        @Override
        public void close() throws SQLException {
            insert.close();
        }
    }
}
