package dev.signet.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who besides its owner may use a file, looked at before a process relies on it. What others could read is refused and
 * not mended, as they may have read it already: then it takes another secret, and not another mode.
 */
public final class FileAccess {
    private static final Set<PosixFilePermission> READ =
            EnumSet.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);
    private static final Set<PosixFilePermission> WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    private FileAccess() {}

    /**
     * For a file that holds a secret.
     *
     * @param key the configuration key that names it
     * @throws InvalidConfiguration where others may read or change it
     */
    public static void requireSecret(String key, Path file) throws IOException {
        requireSecret(key, file, System.getenv("CREDENTIALS_DIRECTORY"));
    }

    /** @param credentials the folder of what systemd gives to a service ({@code LoadCredential=}), which guards it */
    static void requireSecret(String key, Path file, @Nullable String credentials) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
        if (credentials != null
                && Path.of(credentials).equals(file.toAbsolutePath().getParent())) {
            // Given by an access control list, of which the mode shows the mask: as if a group might read it.
            permissions.remove(PosixFilePermission.GROUP_READ);
        }
        if (permissions.stream().anyMatch(READ::contains)) {
            throw new InvalidConfiguration(key, "others can read it; run: chmod 600 " + file);
        }
        if (permissions.stream().anyMatch(WRITE::contains)) {
            throw new InvalidConfiguration(key, "others can write it; run: chmod 600 " + file);
        }
    }

    /**
     * For a file that may be known to anybody, and be changed by nobody else.
     *
     * @throws InvalidConfiguration where others may change it
     */
    public static void requireUnchangeable(String key, Path file) throws IOException {
        if (isWritableByOthers(file)) {
            throw new InvalidConfiguration(key, "others can write it; run: chmod 600 " + file);
        }
    }

    /**
     * For a folder: whoever may write there can put something else in the place of any file in it, whatever the mode of
     * that is.
     *
     * @throws InvalidConfiguration where others may
     */
    public static void requireUnchangeableFolder(String key, Path folder) throws IOException {
        if (isWritableByOthers(folder)) {
            throw new InvalidConfiguration(
                    key,
                    "others can write to the folder; run: chmod go-w " + folder
                            + " or name a folder in it that is not there yet");
        }
    }

    private static boolean isWritableByOthers(Path file) throws IOException {
        return Files.getPosixFilePermissions(file).stream().anyMatch(WRITE::contains);
    }
}
