package dev.signet.authority.store;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a backup: every table as rows, whichever database they come from, compressed. Of each table it says how many rows
 * there are and what their digest is, and at the end what the digest of everything before is, so that no part of it can
 * be missing or different unnoticed.
 *
 * <p>It is no copy of a database's files: those of H2 hold no snapshot while somebody writes, and fit to one database and
 * one version of it only.
 */
final class BackupWriter {
    static final String FORMAT = "signet backup 1";
    static final int TABLE = 'T';
    static final int ROW = 'R';
    static final int END_OF_TABLE = 'E';
    static final int END = 'Z';

    private BackupWriter() {}

    /** @param connection sees one state of all tables until this returns */
    static void write(Connection connection, OutputStream target) throws IOException, SQLException {
        TableRows.requireAllKnown(connection);
        GZIPOutputStream compressed = new GZIPOutputStream(target, 1 << 16);
        DigestOutputStream digested = new DigestOutputStream(compressed, TableDigest.newDigest());
        DataOutputStream out = new DataOutputStream(digested);
        out.writeUTF(FORMAT);
        out.writeUTF(schema(connection));
        out.writeLong(time(connection).toEpochMilli());
        for (StoredTable table : StoredTable.values()) {
            write(TableRows.in(connection, table), connection, out);
        }
        out.writeByte(END);
        out.flush();
        compressed.write(digested.getMessageDigest().digest());
        compressed.finish();
        target.flush();
    }

    private static void write(TableRows rows, Connection connection, DataOutputStream out)
            throws IOException, SQLException {
        out.writeByte(TABLE);
        out.writeUTF(rows.table().sqlName());
        out.writeInt(rows.columns().size());
        for (TableRows.Column column : rows.columns()) {
            out.writeUTF(column.name());
            out.writeUTF(column.kind().name());
        }
        TableDigest.Builder digest = new TableDigest.Builder();
        rows.each(connection, row -> {
            byte[] bytes = rows.encode(row);
            digest.add(bytes);
            out.writeByte(ROW);
            out.write(bytes);
        });
        TableDigest whole = digest.build();
        out.writeByte(END_OF_TABLE);
        out.writeLong(whole.rows());
        out.writeUTF(whole.sha256());
    }

    /** Not after the state that is seen. */
    private static Instant time(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT CURRENT_TIMESTAMP FROM ledger");
                ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the store has no ledger");
            }
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    /** How far the tables are migrated. */
    static String schema(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT \"version\" FROM \"flyway_schema_history\" "
                        + "WHERE \"success\" AND \"version\" IS NOT NULL ORDER BY \"installed_rank\" DESC");
                ResultSet row = query.executeQuery()) {
            if (!row.next()) {
                throw new SQLException("the store has no tables");
            }
            return row.getString(1);
        }
    }
}
