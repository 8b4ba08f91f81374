package dev.signet.authority.keys;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the master key is, under which private keys are sealed: 256 bits in base64url without padding.
 *
 * @param masterKeyFile the file that holds it, or null for {@code master-key} in the data folder, made at first start
 * @param masterKey the key itself, from the environment, or null; a secret, never printed
 */
public record KeysConfig(
        @Nullable Path masterKeyFile, @Nullable String masterKey) {

    @Override
    public String toString() {
        return "KeysConfig[masterKeyFile=" + masterKeyFile + ", masterKey=" + (masterKey == null ? "none" : "given")
                + "]";
    }
}
