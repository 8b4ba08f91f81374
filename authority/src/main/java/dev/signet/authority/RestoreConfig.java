package dev.signet.authority;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is restored, and what becomes of the credentials in it.
 *
 * @param file the backup; null where it was loaded before, and is only decided upon
 * @param trustState the file {@code trust-state} of a verifier, which says what was revoked since; null for none
 * @param through the last revision that was acknowledged to anybody, which that file has to reach; null without it
 * @param raiseEpochs whether everything is ended of which that file does not tell
 */
public record RestoreConfig(
        @Nullable Path file,
        @Nullable Path trustState,
        @Nullable Long through,
        boolean raiseEpochs) {

    public RestoreConfig {
        if (trustState != null && through == null) {
            throw new InvalidConfiguration(
                    "through", "is needed with --trust-state: the last revision that the authority acknowledged");
        }
        if (trustState == null && through != null) {
            throw new InvalidConfiguration("trust-state", "is needed with --through");
        }
        if (through != null && through < 0) {
            throw new InvalidConfiguration("through", "must be a revision, got " + through);
        }
        if (file == null && trustState == null && !raiseEpochs) {
            throw new InvalidConfiguration("file", "is needed, or --trust-state, or --raise-epochs");
        }
    }

    boolean isDecided() {
        return trustState != null || raiseEpochs;
    }
}
