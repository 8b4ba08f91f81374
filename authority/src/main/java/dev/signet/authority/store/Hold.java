package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Why a ledger must not be served. It is kept in the ledger itself, so that nobody can copy or lose one without it. */
final class Hold {
    /** Nobody has said yet what became of its credentials since the backup; followed by when that was taken. */
    static final String RESTORED = "RESTORED ";
    /** It is being copied to here; followed by nothing. */
    static final String MOVING = "MOVING";
    /** It is elsewhere; followed by where. */
    static final String MOVED = "MOVED ";

    private Hold() {}

    /** Refuses to go on with a ledger that is held. */
    static void requireNone(@Nullable String hold, String key) {
        if (hold == null) {
            return;
        }
        if (hold.startsWith(RESTORED)) {
            throw new InvalidConfiguration(
                    key,
                    "holds a restored ledger, and what was revoked after its backup would be good again: run `signet "
                            + "restore` with --trust-state FILE --through REVISION, or with --raise-epochs, first");
        }
        if (hold.startsWith(MOVED)) {
            throw new InvalidConfiguration(
                    key,
                    "holds a ledger that was moved to " + hold.substring(MOVED.length())
                            + ": name that by database-url");
        }
        throw new InvalidConfiguration(
                key, "holds a ledger that is not all there: run `signet migrate` again, which goes on where it ended");
    }

    /** Null where the ledger may be served, or there is none. */
    static @Nullable String read(Connection connection) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT hold FROM ledger WHERE id = 1");
                ResultSet row = query.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    static void write(Connection connection, @Nullable String hold) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE ledger SET hold = ? WHERE id = 1")) {
            update.setString(1, hold);
            if (update.executeUpdate() != 1) {
                throw new SQLException("there is no ledger to hold");
            }
        }
    }
}
