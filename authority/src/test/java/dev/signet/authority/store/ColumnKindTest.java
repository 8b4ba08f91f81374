package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** What a copy says of a value is read as it was written, or refused. */
final class ColumnKindTest {

    private static Object read(ColumnKind kind, long value) throws IOException {
        byte[] bytes =
                ByteBuffer.allocate(1 + Long.BYTES).put((byte) 1).putLong(value).array();
        Object read = kind.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        return read == null ? "null" : read;
    }

    @Test
    void aTimeThatThereIsNotIsDamage() throws IOException {
        assertEquals(Instant.EPOCH.atOffset(ZoneOffset.UTC), read(ColumnKind.TIME, 0));
        OffsetDateTime late = OffsetDateTime.parse("9999-12-31T23:59:59.123456Z");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ColumnKind.TIME.write(new DataOutputStream(bytes), late);
        assertEquals(late, ColumnKind.TIME.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()))));
        assertThrows(IOException.class, () -> read(ColumnKind.TIME, Long.MAX_VALUE));
        assertThrows(IOException.class, () -> read(ColumnKind.TIME, Long.MIN_VALUE));
    }

    @Test
    void aLengthThatNothingHasIsDamage() {
        assertThrows(IOException.class, () -> read(ColumnKind.TEXT, -1L));
        assertThrows(IOException.class, () -> read(ColumnKind.BYTES, Long.MAX_VALUE));
    }
}
