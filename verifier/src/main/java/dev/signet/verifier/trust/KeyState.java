package dev.signet.verifier.trust;

/** Where a signing key is in its life. */
public enum KeyState {
    /** Published, not signing yet; an authority that is ahead may sign with it already. */
    PREPARED,
    /** Signs new tokens. */
    ACTIVE,
    /** Signs no more; its tokens are good. */
    RETIRING,
    /** No live token is left. */
    RETIRED,
    /** Compromised: nothing that it signed is good. */
    REVOKED;

    public boolean verifies() {
        return this == PREPARED || this == ACTIVE || this == RETIRING;
    }
}
