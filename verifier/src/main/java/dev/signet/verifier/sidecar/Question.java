package dev.signet.verifier.sidecar;

import dev.signet.verifier.token.ResourcePath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks about one token.
 *
 * @param id chosen by the client, 0 where there is none
 * @param permission null where the token is only to be verified
 * @param resource where the permission is asked for; null exactly where that is
 * @param mistake why it cannot be answered; null where it can
 */
record Question(
        long id,
        TokenText token,
        @Nullable String permission,
        @Nullable ResourcePath resource,
        @Nullable Mistake mistake) {

    /** A field of a request that is wrong, and how. */
    record Mistake(String field, String problem) {
        private static final Mistake RESOURCE =
                new Mistake("resource", "must be organizations/{org}[/workspaces/{wsp}[/deployments/{dep}]]");
        private static final Mistake PERMISSION =
                new Mistake("permission", "must be a permission, such as deployment.deploys.create");

        /** As seen from the message around. */
        Mistake in(String parent) {
            return new Mistake(parent + "." + field, problem);
        }
    }

    static Question verify(long id, TokenText token) {
        return new Question(id, token, null, null, null);
    }

    static Question check(long id, TokenText token, String permission, String resource) {
        Optional<ResourcePath> path = ResourcePath.parse(resource);
        if (path.isEmpty()) {
            return new Question(id, token, null, null, Mistake.RESOURCE);
        }
        return permission.isEmpty() || permission.length() > Requirement.LONGEST_PERMISSION
                ? new Question(id, token, null, null, Mistake.PERMISSION)
                : new Question(id, token, permission, path.get(), null);
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "Question[id=" + id + ", permission=" + permission + ", resource=" + resource + "]";
    }
}
