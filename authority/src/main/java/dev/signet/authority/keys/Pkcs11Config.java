package dev.signet.authority.keys;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The HSM in which signing keys are made and kept.
 *
 * @param library its PKCS#11 module
 * @param token the label of the token in it
 * @param pinFile the file with the PIN of the token's user, or null where {@code pin} is given
 * @param pin the PIN itself, from the environment, or null; a secret, never printed
 */
public record Pkcs11Config(
        Path library,
        String token,
        @Nullable Path pinFile,
        @Nullable String pin) {

    public Pkcs11Config {
        if (library.toString().isEmpty() || library.toString().matches("(?s).*[\"\\\\$\\p{Cntrl}].*")) {
            // What the configuration of the JDK's provider, a text, would read as something else.
            throw new InvalidConfiguration("pkcs11-library", "must be a path without quotes, \\ and $");
        }
        if (token.isBlank()) {
            throw new InvalidConfiguration("pkcs11-token", "must be the label of a token");
        }
        if (pinFile == null && pin == null) {
            throw new InvalidConfiguration(
                    "pkcs11-pin-file", "is needed with pkcs11-library, or the PIN in SIGNET_PKCS11_PIN");
        }
    }

    /**
     * All or nothing: half a configuration must not leave keys in the store that were meant for an HSM.
     *
     * @return null where nothing is given
     */
    public static @Nullable Pkcs11Config of(
            @Nullable Path library, @Nullable String token, @Nullable Path pinFile, @Nullable String pin) {
        if (library == null) {
            if (token != null || pinFile != null || pin != null) {
                throw new InvalidConfiguration(
                        "pkcs11-library", "is needed, as a token or a PIN of an HSM is configured");
            }
            return null;
        }
        if (token == null) {
            throw new InvalidConfiguration("pkcs11-token", "is needed with pkcs11-library");
        }
        return new Pkcs11Config(library, token, pinFile, pin);
    }

    @Override
    public String toString() {
        return "Pkcs11Config[library=" + library + ", token=" + token + ", pinFile=" + pinFile + ", pin="
                + (pin == null ? "none" : "given") + "]";
    }
}
