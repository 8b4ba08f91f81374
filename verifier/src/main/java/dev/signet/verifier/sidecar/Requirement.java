package dev.signet.verifier.sidecar;

import dev.signet.verifier.token.ResourcePath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a gateway asks of whoever it lets through, as its own configuration says: nothing that a client sends has a say in
 * it.
 *
 * @param permission null where any accepted token will do
 * @param resource where the permission is asked for; null exactly where that is
 * @param mistake what is wrong with the configuration; null where nothing is
 */
record Requirement(
        @Nullable String permission,
        @Nullable ResourcePath resource,
        @Nullable Denial mistake) {
    static final String PERMISSION = "permission";
    static final String RESOURCE = "resource";
    /** Any accepted token will do. */
    static final Requirement NONE = new Requirement(null, null, null);

    static final int LONGEST_PERMISSION = 128;

    /** A permission on a resource; both must be there, and what they should be. */
    static Requirement of(@Nullable String permission, @Nullable String resource) {
        if (permission == null || resource == null) {
            return mistaken(Denial.PARAMETER_MISSING);
        }
        if (!isPermission(permission)) {
            return mistaken(Denial.PERMISSION_INVALID);
        }
        Optional<ResourcePath> parsed = ResourcePath.parse(resource);
        return parsed.isEmpty() ? mistaken(Denial.RESOURCE_INVALID) : new Requirement(permission, parsed.get(), null);
    }

    static Requirement mistaken(Denial mistake) {
        return new Requirement(null, null, mistake);
    }

    /** Letters and dots; one that is misspelt is held by nobody. */
    private static boolean isPermission(String text) {
        if (text.isEmpty() || text.length() > LONGEST_PERMISSION) {
            return false;
        }
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.')) {
                return false;
            }
        }
        return true;
    }

    /** What is asked about a token. */
    Question about(String token) {
        return new Question(0, TokenText.of(token), permission, resource, null);
    }
}
