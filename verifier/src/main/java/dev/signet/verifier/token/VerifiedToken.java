package dev.signet.verifier.token;

import org.jspecify.annotations.Nullable;

/** A token whose signature fits under a key. Whether it may be used now is for the trust state to say. */
public final class VerifiedToken {
    /** What is told of a use is told in seconds. */
    private static final long WORTH_NOTING_MILLIS = 1_000;

    private final String text;
    private final VerificationKey key;
    private final Claims claims;
    /** Written by whichever thread it is; which one of two wins does not matter. */
    private volatile long lastUsedMillis;

    private volatile long reportedMillis;

    /** Written by whichever thread it is, and complete when it is read: what is attached must be immutable. */
    private volatile @Nullable Object attachment;

    VerifiedToken(String text, VerificationKey key, Claims claims) {
        this.text = text;
        this.key = key;
        this.claims = claims;
    }

    /** The token itself, a secret. */
    public String text() {
        return text;
    }

    /** The key that the signature fits under: this very object, whatever else bears its id. */
    public VerificationKey key() {
        return key;
    }

    public Claims claims() {
        return claims;
    }

    /** Notes that the token was accepted; within a second of the last time only reads, as all threads share it. */
    public void noteUse(long nowMillis) {
        if (nowMillis - lastUsedMillis >= WORTH_NOTING_MILLIS) {
            lastUsedMillis = nowMillis;
        }
    }

    /**
     * When the token was last accepted, if that is worth a report: it was never reported, or not for a while.
     *
     * @return 0 where there is nothing to report
     */
    public long takeUse(long resolutionMillis) {
        long used = lastUsedMillis;
        long reported = reportedMillis;
        if (used == 0 || (reported != 0 && used - reported < resolutionMillis)) {
            return 0;
        }
        reportedMillis = used;
        return used;
    }

    /** What a face of the verifier made of this token, and wants to keep for as long as it is remembered. */
    public @Nullable Object attachment() {
        return attachment;
    }

    /** @param attachment immutable, small, and of no other token */
    public void attach(Object attachment) {
        this.attachment = attachment;
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "VerifiedToken[sub=" + claims.subject() + ", jti=" + claims.valueId() + "]";
    }
}
