package dev.signet.authority.store;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What a column holds, in the same words and bytes whichever database it is in. */
enum ColumnKind {
    TEXT,
    INTEGER,
    TRUTH,
    TIME,
    BYTES;

    /** More than any column takes. */
    private static final int LONGEST = 1 << 24;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    private static final long MICROS = 1_000_000;

    /** By what {@code information_schema} calls it. */
    static ColumnKind of(String type) {
        return switch (type) {
            case "character varying" -> TEXT;
            case "smallint", "integer", "bigint" -> INTEGER;
            case "boolean" -> TRUTH;
            case "timestamp with time zone" -> TIME;
            case "bytea", "binary varying" -> BYTES;
            default -> throw new IllegalStateException("no copy holds columns of type " + type);
        };
    }

    @Nullable
    Object read(ResultSet row, int column) throws SQLException {
        return switch (this) {
            case TEXT -> row.getString(column);
            case INTEGER -> {
                long value = row.getLong(column);
                yield row.wasNull() ? null : value;
            }
            case TRUTH -> {
                boolean value = row.getBoolean(column);
                yield row.wasNull() ? null : value;
            }
            case TIME -> row.getObject(column, OffsetDateTime.class);
            case BYTES -> row.getBytes(column);
        };
    }

    void write(DataOutput out, @Nullable Object value) throws IOException {
        out.writeBoolean(value != null);
        if (value == null) {
            return;
        }
        switch (this) {
            case TEXT -> writeBytes(out, ((String) value).getBytes(StandardCharsets.UTF_8));
            case INTEGER -> out.writeLong((Long) value);
            case TRUTH -> out.writeBoolean((Boolean) value);
            case TIME -> out.writeLong(micros(((OffsetDateTime) value).toInstant()));
            case BYTES -> writeBytes(out, (byte[]) value);
        }
    }

    @Nullable
    Object read(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        return switch (this) {
            case TEXT -> new String(readBytes(in), StandardCharsets.UTF_8);
            case INTEGER -> in.readLong();
            case TRUTH -> in.readBoolean();
            case TIME -> readTime(in);
            case BYTES -> readBytes(in);
        };
    }

    /** Other than by {@link ChronoUnit#between}, which counts nanoseconds, and so not beyond the year 2262. */
    private static long micros(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), MICROS), time.getNano() / 1_000);
    }

    private static OffsetDateTime readTime(DataInput in) throws IOException {
        long micros = in.readLong();
        if (Math.abs(micros / MICROS) > LATEST.getEpochSecond()) {
            throw new IOException("a time that nothing has");
        }
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new IOException("a value of " + length + " bytes");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
