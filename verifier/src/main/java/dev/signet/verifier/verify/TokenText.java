package dev.signet.verifier.verify;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * A token's text as a key of the cache. Hashed by the last characters of the signature under a secret seed, so that
 * nobody can aim at a slot; compared without branches that depend on the data, so that nobody can feel their way to the
 * signature of a remembered token.
 */
final class TokenText {
    private static final int HASHED = 32;
    private static final long SEED = new SecureRandom().nextLong() | 1;

    private final String text;
    private final int hash;

    TokenText(String text) {
        this.text = text;
        long mixed = SEED;
        for (int i = Math.max(0, text.length() - HASHED); i < text.length(); i++) {
            mixed = (mixed ^ text.charAt(i)) * 0x9e37_79b9_7f4a_7c15L;
            mixed ^= mixed >>> 29;
        }
        this.hash = (int) (mixed >>> 32);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TokenText other
                && hash == other.hash
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.ISO_8859_1), other.text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
