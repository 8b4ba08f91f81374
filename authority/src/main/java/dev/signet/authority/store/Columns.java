package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Columns that several tables have, to Java and back. */
final class Columns {
    private Columns() {}

    static @Nullable OffsetDateTime time(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    static Instant time(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant timeOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static ResourcePath path(ResultSet row) throws SQLException {
        return new ResourcePath(
                row.getString("organization_id"), row.getString("workspace_id"), row.getString("deployment_id"));
    }

    static IssuedValue value(ResultSet row) throws SQLException {
        return new IssuedValue(
                row.getString("value_id"),
                row.getInt("status_index"),
                row.getString("key_id"),
                row.getLong("grants_revision"),
                row.getString("audience"),
                time(row, "issue_time"),
                timeOrNull(row, "expire_time"));
    }
}
