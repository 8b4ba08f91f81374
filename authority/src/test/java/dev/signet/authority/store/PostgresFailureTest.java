package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.signet.authority.errors.Refusal;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the server says, and what comes of it: whether it is tried again, and what the caller is told at last. */
final class PostgresFailureTest {

    @ParameterizedTest
    @CsvSource({
        "40001, COLLIDED, 8, STORE_BUSY",
        "40P01, COLLIDED, 8, STORE_BUSY",
        "23505, COLLIDED, 8, STORE_BUSY",
        "55P03, LOCKED_OUT, 2, STORE_BUSY",
        "57014, TOO_SLOW, 1, STORE_BUSY",
        "25P03, TOO_SLOW, 1, STORE_BUSY",
        "08006, CUT_OFF, 3, STORE_UNAVAILABLE",
        "08001, CUT_OFF, 3, STORE_UNAVAILABLE",
        "57P01, CUT_OFF, 3, STORE_UNAVAILABLE",
        "57P03, CUT_OFF, 3, STORE_UNAVAILABLE",
        "53300, CUT_OFF, 3, STORE_UNAVAILABLE",
        "25006, CUT_OFF, 3, STORE_UNAVAILABLE",
        "42P01, FAULT, 1, ''",
        "23503, FAULT, 1, ''",
        "53100, FAULT, 1, ''",
    })
    void states(String state, PostgresFailure expected, int attempts, String reason) {
        ConnectionException thrown = new ConnectionException(new SQLException("what the server says", state));
        PostgresFailure failure = PostgresFailure.of(thrown);
        assertEquals(expected, failure);
        int made = 1;
        while (failure.isWorthAnother(made)) {
            made++;
        }
        assertEquals(attempts, made);
        if (reason.isEmpty()) {
            assertSame(thrown, failure.told(thrown));
        } else {
            assertEquals(reason, ((Refusal) failure.told(thrown)).reason());
        }
    }

    @Test
    void noConnectionIsToBeHad() {
        assertEquals(
                PostgresFailure.NO_CONNECTION,
                PostgresFailure.of(new ConnectionException(new SQLTransientConnectionException("timed out", "08001"))));
    }

    /** Only what the server says of itself ends the doubt. */
    @ParameterizedTest
    @CsvSource({
        "40001, true",
        "40P01, true",
        "23505, true",
        "25P02, true",
        "25P03, true",
        "40003, false",
        "08006, false",
        "08003, false",
        "57P01, false",
        "57014, false",
        "XX000, false",
        ", false",
    })
    void aCommitIsUndoneWhereTheServerSaysSo(String state, boolean undone) {
        assertEquals(undone, PostgresFailure.isUndone(new SQLException("a commit", state)));
    }
}
