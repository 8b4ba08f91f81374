package dev.signet.verifier.token;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The header of the last token that a signature vouched for, as it was written and as it was read. One key signs nearly
 * all tokens, so nearly all begin alike, and need not be read again. Thread-safe; threads that race to name the last one
 * each name a whole one.
 */
final class UsualHeader {
    private static @Nullable UsualHeader last;

    private final byte[] written;
    private final Header header;

    private UsualHeader(byte[] written, Header header) {
        this.written = written;
        this.header = header;
    }

    /** What a first segment of this length says; null where the last good token had another. */
    static @Nullable Header of(byte[] token, int length) {
        UsualHeader usual = last;
        return usual != null && Arrays.equals(token, 0, length, usual.written, 0, usual.written.length)
                ? usual.header
                : null;
    }

    /** Only of a token whose signature was found good. */
    static void note(byte[] token, int length, Header header) {
        // Written only where it changes, as all threads read it.
        if (of(token, length) == null) {
            last = new UsualHeader(Arrays.copyOf(token, length), header);
        }
    }
}
