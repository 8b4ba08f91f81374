package dev.signet.verifier;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FileAccessTest {
    @TempDir
    private Path folder;

    private Path file(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "x");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "rwx------", "rwx--x--x"})
    void aSecretOfItsOwners(String mode) throws IOException {
        Path file = file(mode);
        assertDoesNotThrow(() -> FileAccess.requireSecret("some-file", file));
    }

    @ParameterizedTest
    @CsvSource({"rw-r-----, read", "rw----r--, read", "rw-rw-rw-, read", "rw--w----, write", "rw-----w-, write"})
    void aSecretOfOthersToo(String mode, String what) throws IOException {
        Path file = file(mode);
        InvalidConfiguration refused =
                assertThrows(InvalidConfiguration.class, () -> FileAccess.requireSecret("some-file", file));
        assertEquals("some-file: others can " + what + " it; run: chmod 600 " + file, refused.getMessage());
    }

    /** As systemd gives it to a service that runs as somebody: {@code -r--r-----+}. */
    @Test
    void aCredentialOfAService() throws IOException {
        Path given = file("r--r-----");
        assertDoesNotThrow(() -> FileAccess.requireSecret("some-file", given, folder.toString()));
        assertThrows(InvalidConfiguration.class, () -> FileAccess.requireSecret("some-file", given, null));
        assertThrows(
                InvalidConfiguration.class,
                () -> FileAccess.requireSecret(
                        "some-file", given, folder.resolve("other").toString()));
        Path open = file("r--r--r--");
        assertThrows(InvalidConfiguration.class, () -> FileAccess.requireSecret("some-file", open, folder.toString()));
    }

    @Test
    void whatOthersMayKnowAndNotChange() throws IOException {
        Path known = file("rw-r--r--");
        assertDoesNotThrow(() -> FileAccess.requireUnchangeable("some-file", known));
        Path changeable = file("rw-rw-r--");
        assertThrows(InvalidConfiguration.class, () -> FileAccess.requireUnchangeable("some-file", changeable));
    }

    @ParameterizedTest
    @CsvSource({"rwxr-xr-x, true", "rwx------, true", "rwxrwxr-x, false", "rwxr-xrwx, false"})
    void aFolder(String mode, boolean taken) throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Files.setPosixFilePermissions(inner, PosixFilePermissions.fromString(mode));
        if (taken) {
            assertDoesNotThrow(() -> FileAccess.requireUnchangeableFolder("data", inner));
        } else {
            InvalidConfiguration refused =
                    assertThrows(InvalidConfiguration.class, () -> FileAccess.requireUnchangeableFolder("data", inner));
            assertEquals(
                    "data: others can write to the folder; run: chmod go-w " + inner
                            + " or name a folder in it that is not there yet",
                    refused.getMessage());
        }
    }
}
