package dev.signet.authority;

import dev.signet.verifier.InvalidConfiguration;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is restored, and what becomes of the credentials in it.
 *
 * @param file the backup; null where it was loaded before, and is only decided upon
 * @param trustStates files {@code trust-state} of verifiers, which say what was revoked since
 * @param through the last revision that was acknowledged to anybody, which each of them has to reach; null without any
 * @param raiseEpochs whether everything is ended of which they do not tell
 */
public record RestoreConfig(
        @Nullable Path file,
        List<Path> trustStates,
        @Nullable Long through,
        boolean raiseEpochs) {

    public RestoreConfig {
        trustStates = List.copyOf(trustStates);
        if (!trustStates.isEmpty() && through == null) {
            throw new InvalidConfiguration(
                    "through", "is needed with --trust-state: the last revision that the authority acknowledged");
        }
        if (trustStates.isEmpty() && through != null) {
            throw new InvalidConfiguration("trust-state", "is needed with --through");
        }
        if (through != null && through < 0) {
            throw new InvalidConfiguration("through", "must be a revision, got " + through);
        }
        if (file == null && trustStates.isEmpty() && !raiseEpochs) {
            throw new InvalidConfiguration("file", "is needed, or --trust-state, or --raise-epochs");
        }
    }

    boolean isDecided() {
        return !trustStates.isEmpty() || raiseEpochs;
    }
}
