package dev.signet.verifier.tls;

import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * Who may read a private key: the process alone. One that root owns and another user runs by may be readable to a group
 * as well, since orchestrators hand out secrets that way.
 */
final class PrivateKeyFile {
    private static final Path OWN_PROCESS = Path.of("/proc/self");

    private PrivateKeyFile() {}

    /** @throws InvalidConfiguration where others may read it, or change it */
    static void requirePrivate(String configKey, Path file) {
        try {
            Set<PosixFilePermission> open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
            open.removeAll(Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
            open.remove(PosixFilePermission.OWNER_EXECUTE);
            if (isHandedOutByRoot(file)) {
                open.remove(PosixFilePermission.GROUP_READ);
            }
            if (!open.isEmpty()) {
                throw new InvalidConfiguration(configKey, "others can read it; run: chmod 600 " + file);
            }
        } catch (UnsupportedOperationException e) {
            throw new InvalidConfiguration(configKey, "is on a file system that does not tell who may read " + file);
        } catch (IOException e) {
            throw new InvalidConfiguration(configKey, "cannot be read: " + file);
        }
    }

    private static boolean isHandedOutByRoot(Path file) throws IOException {
        return user(file) == 0 && Files.exists(OWN_PROCESS) && user(OWN_PROCESS) != 0;
    }

    private static int user(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:uid");
    }
}
