package dev.signet.authority.store;

import dev.signet.verifier.FileAccess;
import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is kept.
 *
 * @param data the folder of the embedded store, and of what each authority has by itself; made at first start
 * @param postgres the server that keeps the ledger; null for the embedded store
 */
public record StoreConfig(Path data, @Nullable PostgresConfig postgres) {

    public StoreConfig {
        data = data.toAbsolutePath().normalize();
        if (Files.exists(data) && !Files.isDirectory(data)) {
            throw new InvalidConfiguration("data", "is not a folder: " + data);
        }
        if (Files.isDirectory(data)
                && !(Files.isReadable(data) && Files.isWritable(data) && Files.isExecutable(data))) {
            throw new InvalidConfiguration("data", "the folder cannot be read and written: " + data);
        }
    }

    /** Makes the folder where there is none, for its owner alone; one into which others can write is refused. */
    static void makeFolder(Path data) {
        try {
            Files.createDirectories(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileAccess.requireUnchangeableFolder("data", data);
        } catch (IOException e) {
            throw new InvalidConfiguration("data", "the folder cannot be made or written: " + data);
        }
    }

    /** In the embedded store. */
    public StoreConfig(Path data) {
        this(data, null);
    }
}
