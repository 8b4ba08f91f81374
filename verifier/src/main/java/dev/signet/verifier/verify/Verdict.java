package dev.signet.verifier.verify;

import dev.signet.verifier.token.Claims;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.VerifiedToken;
import org.jspecify.annotations.Nullable;

/** What the verifier found of a token. */
public sealed interface Verdict {

    /**
     * The token is good and, where a permission was asked for, may do that.
     *
     * @param token what was verified
     * @param grants the roles in force, which may differ from those in the token
     */
    record Accepted(VerifiedToken token, Grants grants) implements Verdict {
        public Claims claims() {
            return token.claims();
        }
    }

    /**
     * The token is refused.
     *
     * @param missing the organization whose trust state is not held, where that is why; it was asked for, so that the
     *     same token may be decided a moment later
     */
    record Rejected(Reason reason, @Nullable String missing) implements Verdict {
        public Rejected(Reason reason) {
            this(reason, null);
        }
    }

    /** Why a token is refused. The names are stable. */
    enum Reason {
        /** Not a well-formed token of an authority such as this. */
        MALFORMED,
        /** The header names another algorithm than its key's, or one that is never accepted. */
        UNSUPPORTED_ALGORITHM,
        /** No key of that id is known. */
        UNKNOWN_KEY,
        /** The key was revoked. */
        REVOKED_KEY,
        /** The signature does not fit. */
        BAD_SIGNATURE,
        /** Issued by someone else. */
        WRONG_ISSUER,
        /** Issued for someone else. */
        WRONG_AUDIENCE,
        /** Issued in the future. */
        NOT_YET_VALID,
        /** Past its time. */
        EXPIRED,
        /** Deleted, rotated away, or gone with its parent. */
        REVOKED,
        /** Older than the organization's or the installation's epoch. */
        EPOCH,
        /** The trust state of the token's organization is not held. */
        NOT_LOADED,
        /** The trust state is older than it may be. */
        STALE_TRUST,
        /** Good, but without the permission that was asked for. */
        PERMISSION_DENIED
    }
}
