package dev.signet.authority.store;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** The five characters by which databases say what went wrong. */
final class SqlState {
    /** No connection, or in H2 no lock, was to be had in time. */
    static final String TIMED_OUT = "HYT00";
    /** Another made first what is there once only: seen anew, it is there. */
    static final String NOT_UNIQUE = "23505";

    private SqlState() {}

    /** Empty where no database said anything. */
    static String of(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientConnectionException) {
                return TIMED_OUT;
            }
            if (cause instanceof SQLException sql) {
                return String.valueOf(sql.getSQLState());
            }
        }
        return "";
    }
}
