package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Moves a ledger from the embedded store to a server, as it is: its id and its revisions stay, so no verifier notices.
 *
 * <p>At no moment can both be served, and at each somebody can go on:
 *
 * <ol>
 *   <li>The target is held as being moved to. A kill up to 3 leaves a source that can be served; whoever moves again
 *       copies anew what has changed meanwhile.
 *   <li>Table by table is copied. A table whose digest is that of the source already is not.
 *   <li>All digests are compared.
 *   <li>The source is held as moved. From here on neither can be served until it is done.
 *   <li>The target is held no longer.
 * </ol>
 */
public final class LedgerMove implements AutoCloseable {
    private final H2 source;
    private final Postgres target;
    private final String place;
    private final Consumer<String> progress;

    private LedgerMove(H2 source, Postgres target, String place, Consumer<String> progress) {
        this.source = source;
        this.target = target;
        this.place = place;
        this.progress = progress;
    }

    /**
     * Moves the ledger of the data folder to the server that is configured with it.
     *
     * @param progress is told what was done, in words for people
     * @return how many rows there are
     * @throws InvalidConfiguration where the folder holds no ledger, somebody has it open, or the server holds something
     *     else
     */
    public static long run(StoreConfig config, Consumer<String> progress) {
        PostgresConfig server = config.postgres();
        if (server == null) {
            throw new InvalidConfiguration("database-url", "is needed: it says where the ledger moves to");
        }
        LedgerRestore.requireLedger(config.data());
        H2 source = H2.open(config.data());
        Postgres target;
        try {
            target = Postgres.open(server);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
        try (LedgerMove move = new LedgerMove(source, target, "postgresql://" + server.url(), progress)) {
            return move.run();
        } catch (SQLException | IOException e) {
            throw new IllegalStateException("the ledger cannot be moved; moving it again goes on where it ended", e);
        }
    }

    private long run() throws SQLException, IOException {
        source.migrate();
        target.migrate();
        try (Connection from = source.connect();
                Connection to = target.connect()) {
            from.setAutoCommit(false);
            to.setAutoCommit(false);
            TableRows.requireAllKnown(from);
            String hold = Hold.read(from);
            boolean moved = hold != null && hold.equals(Hold.MOVED + place);
            if (!moved) {
                Hold.requireNone(hold, "data");
            }
            String id = ledgerId(from);
            if (id == null) {
                throw new InvalidConfiguration("data", "holds no ledger that was ever served");
            }
            boolean done = begin(to, id, moved);
            long rows = done ? 0 : copy(from, to);
            if (!done) {
                Hold.write(from, Hold.MOVED + place);
                from.commit();
                source.sync();
                Hold.write(to, null);
                to.commit();
            }
            return rows;
        }
    }

    private static @Nullable String ledgerId(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT ledger_id FROM ledger WHERE id = 1");
                ResultSet row = query.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /**
     * Holds the target for this ledger.
     *
     * @return whether all is done already
     */
    private static boolean begin(Connection to, String id, boolean moved) throws SQLException, IOException {
        String present = ledgerId(to);
        if (present == null) {
            if (moved) {
                // What was served from there since is lost, and going on from here would take it back.
                throw new InvalidConfiguration(
                        "database-url", "names a database without the ledger that was moved there before");
            }
            for (StoredTable table : StoredTable.values()) {
                if (TableRows.in(to, table).digest(to).rows() > 0) {
                    throw new InvalidConfiguration("database-url", "names a database that holds something else");
                }
            }
            hold(to, id);
            return false;
        }
        boolean held = Hold.MOVING.equals(Hold.read(to));
        if (!present.equals(id) || !(held || moved)) {
            throw new InvalidConfiguration(
                    "database-url",
                    present.equals(id)
                            ? "names a database from which this ledger is served already"
                            : "names a database that holds another ledger");
        }
        return !held;
    }

    private static void hold(Connection to, String id) throws SQLException {
        try (PreparedStatement insert =
                to.prepareStatement("INSERT INTO ledger (id, ledger_id, head, hold) VALUES (1, ?, 0, ?)")) {
            insert.setString(1, id);
            insert.setString(2, Hold.MOVING);
            insert.executeUpdate();
        }
        to.commit();
    }

    private long copy(Connection from, Connection to) throws SQLException, IOException {
        List<StoredTable> tables = List.of(StoredTable.values());
        List<TableDigest> digests = new ArrayList<>();
        boolean same = true;
        for (StoredTable table : tables) {
            TableDigest digest = TableRows.in(from, table).digest(from);
            digests.add(digest);
            if (same && !TableRows.in(to, table).digest(to).equals(digest)) {
                // What comes later may refer to it.
                empty(to, tables.subList(tables.indexOf(table), tables.size() - 1));
                same = false;
            }
            if (same) {
                progress.accept(said(table, digest, "is there already"));
            } else {
                copy(table, from, to);
                progress.accept(said(table, digest, "copied"));
            }
        }
        for (int i = 0; i < tables.size(); i++) {
            TableDigest arrived = TableRows.in(to, tables.get(i)).digest(to);
            if (!arrived.equals(digests.get(i))) {
                throw new SQLException("the table " + tables.get(i).sqlName() + " did not arrive as it is: " + arrived
                        + " instead of " + digests.get(i));
            }
        }
        return digests.stream().mapToLong(TableDigest::rows).sum();
    }

    private static String said(StoredTable table, TableDigest digest, String what) {
        return String.format(
                Locale.ROOT,
                "%-16s %,9d rows  sha256 %s  %s",
                table.sqlName(),
                digest.rows(),
                digest.sha256().substring(0, 16),
                what);
    }

    private static void empty(Connection to, List<StoredTable> tables) throws SQLException {
        List<StoredTable> backwards = new ArrayList<>(tables);
        Collections.reverse(backwards);
        try (Statement statement = to.createStatement()) {
            for (StoredTable table : backwards) {
                statement.executeUpdate("DELETE FROM " + table.sqlName());
            }
        }
        to.commit();
    }

    private static void copy(StoredTable table, Connection from, Connection to) throws SQLException, IOException {
        if (table == StoredTable.LEDGER) {
            try (Statement statement = to.createStatement()) {
                statement.executeUpdate("DELETE FROM ledger");
            }
        }
        TableRows rows = TableRows.in(from, table);
        try (TableRows.Writer writer = rows.writer(to)) {
            rows.each(from, writer);
            writer.flush();
        }
        if (table == StoredTable.LEDGER) {
            // In the transaction that made the row anew: there is no moment without.
            Hold.write(to, Hold.MOVING);
        }
        to.commit();
    }

    @Override
    public void close() {
        source.close();
        target.close();
    }
}
