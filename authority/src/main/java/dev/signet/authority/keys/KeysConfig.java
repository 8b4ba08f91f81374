package dev.signet.authority.keys;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How signing keys are made, kept and rotated.
 *
 * @param masterKeyFile the file with the master key, under which private keys are sealed: 256 bits in base64url without
 *     padding; null for {@code master-key} in the data folder, made at first start
 * @param masterKey the master key itself, from the environment, or null; a secret, never printed
 * @param algorithm that of the keys that are made from now on
 * @param rotationPeriod how long a key signs before the next one does, 1 s to 3650 days
 * @param pkcs11 the HSM in which keys are made from now on; null for keys that are sealed in the store
 */
public record KeysConfig(
        @Nullable Path masterKeyFile,
        @Nullable String masterKey,
        Algorithm algorithm,
        Duration rotationPeriod,
        @Nullable Pkcs11Config pkcs11) {

    public static final Duration DEFAULT_ROTATION_PERIOD = Duration.ofDays(30);

    public KeysConfig {
        if (rotationPeriod.compareTo(Duration.ofSeconds(1)) < 0
                || rotationPeriod.compareTo(Duration.ofDays(3650)) > 0) {
            throw new InvalidConfiguration("key-rotation-period", "must be from 1s to 3650d, got " + rotationPeriod);
        }
    }

    /** With the default algorithm and period, and no HSM. */
    public static KeysConfig of(@Nullable Path masterKeyFile, @Nullable String masterKey) {
        return new KeysConfig(masterKeyFile, masterKey, Algorithm.ES256, DEFAULT_ROTATION_PERIOD, null);
    }

    @Override
    public String toString() {
        return "KeysConfig[masterKeyFile=" + masterKeyFile + ", masterKey=" + (masterKey == null ? "none" : "given")
                + ", algorithm=" + algorithm + ", rotationPeriod=" + rotationPeriod + ", pkcs11=" + pkcs11 + "]";
    }
}
