package dev.signet.verifier.sidecar;

import dev.signet.verifier.FileAccess;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The file of a unix socket, before it is listened on and after. What goes wrong is told by the setting's key. */
final class SocketFile {
    private SocketFile() {}

    /**
     * Removes what a killed process left behind, and nothing else. In a folder into which others can write, one of them
     * could answer in our place.
     */
    static void makeRoom(String key, Path socket) {
        try {
            Path folder = socket.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
                FileAccess.requireUnchangeableFolder(key, folder);
            }
            if (Files.exists(socket, LinkOption.NOFOLLOW_LINKS)
                    && !Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                            .isOther()) {
                throw new InvalidConfiguration(key, "there is something else than a socket at " + socket);
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new InvalidConfiguration(key, "cannot be made at " + socket);
        }
    }

    /** Who may connect is decided by the file's mode. */
    static void restrict(String key, Path socket) {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        } catch (IOException e) {
            throw new InvalidConfiguration(key, "cannot be restricted to its owner: " + socket);
        }
    }
}
