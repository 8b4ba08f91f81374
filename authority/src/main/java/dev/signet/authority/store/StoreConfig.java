package dev.signet.authority.store;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the ledger is kept.
 *
 * @param data the folder of the embedded store; made at first start
 */
public record StoreConfig(Path data) {

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
}
