package dev.signet.authority.store;

import dev.signet.authority.errors.Refusal;
import java.sql.SQLException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What it means that PostgreSQL did not do something, before it was asked to commit: nothing was changed. */
enum PostgresFailure {
    /** The transaction lost against another: a deadlock, a serialization failure, a row that another made first. */
    COLLIDED(8),
    /** What it wants to change was locked for longer than anybody waits. */
    LOCKED_OUT(2),
    /** The connection broke, or the server is going down or coming up: another connection may do. */
    CUT_OFF(3),
    /** It took too long, or did nothing for too long while it held its locks. */
    TOO_SLOW(1),
    /** No connection is to be had. */
    NO_CONNECTION(1),
    /** Anything else, which another attempt would not mend. */
    FAULT(1);

    private static final Logger LOG = LoggerFactory.getLogger(PostgresFailure.class);
    private static final String OUTCOME_NOT_TOLD = "40003";

    private final int attempts;

    PostgresFailure(int attempts) {
        this.attempts = attempts;
    }

    static PostgresFailure of(Throwable e) {
        String state = SqlState.of(e);
        if (state.startsWith("40") || state.equals(SqlState.NOT_UNIQUE)) {
            return COLLIDED;
        }
        return switch (state) {
            case SqlState.TIMED_OUT -> NO_CONNECTION;
            case "55P03" -> LOCKED_OUT;
            case "57014", "25P03", "25P04" -> TOO_SLOW;
            // A primary that became a standby, which takes no writes; too many connections.
            case "25006", "53300" -> CUT_OFF;
            default -> state.startsWith("08") || state.startsWith("57P") ? CUT_OFF : FAULT;
        };
    }

    /** Whether the server has said that what it was to commit is not committed. */
    static boolean isUndone(SQLException commit) {
        String state = String.valueOf(commit.getSQLState());
        return (state.startsWith("40") && !state.equals(OUTCOME_NOT_TOLD))
                || state.startsWith("23")
                // The transaction had failed before, or was ended for doing nothing.
                || state.equals("25P02")
                || state.equals("25P03");
    }

    /** Whether it may go better after so many attempts. */
    boolean isWorthAnother(int attempt) {
        return attempt < attempts;
    }

    /** Whether the server needs a moment. */
    boolean takesLonger() {
        return this == CUT_OFF;
    }

    /** What the caller is told. */
    RuntimeException told(JdbiException e) {
        if (this == FAULT) {
            return e;
        }
        LOG.warn("gave up: {}, at last with SQLSTATE {}", this, SqlState.of(e));
        return switch (this) {
            case CUT_OFF, NO_CONNECTION ->
                Refusal.unavailable(
                        "STORE_UNAVAILABLE",
                        "the store is not to be reached, or has no connection to spare; nothing was changed, try again");
            default -> Refusal.busy();
        };
    }
}
