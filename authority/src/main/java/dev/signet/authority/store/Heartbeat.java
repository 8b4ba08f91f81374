package dev.signet.authority.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;

/**
 * Proves that a server still is the one that takes writes, by a commit: that waits for its standbys, and once one of them
 * has taken its place, there is none that answers.
 *
 * @param writing connections that are in a transaction from their first statement on
 */
record Heartbeat(DataSource writing) {
    /** A server that waits for its standbys for longer will hardly get an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** Returns the head, read after the commit and from the same server. */
    long beat() {
        try (Connection connection = writing.getConnection();
                Statement statement = connection.createStatement()) {
            // The pool takes it back.
            connection.setNetworkTimeout(Runnable::run, (int) PATIENCE.toMillis());
            statement.executeUpdate("UPDATE heartbeat SET beat_time = CURRENT_TIMESTAMP WHERE id = 1");
            connection.commit();
            return head(statement);
        } catch (SQLException e) {
            throw new ConnectionException(e);
        }
    }

    private static long head(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT head FROM ledger WHERE id = 1")) {
            row.next();
            return row.getLong(1);
        }
    }
}
