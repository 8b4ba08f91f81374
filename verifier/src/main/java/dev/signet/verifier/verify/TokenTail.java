package dev.signet.verifier.verify;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A remembered token's text as a key: found by the last characters of its signature, equal to nothing but the same text.
 * {@link RememberedTokens} says against whom.
 */
sealed class TokenTail {
    /** The whole signature of ES256 and EdDSA, and enough of a longer one. */
    private static final int LENGTH = 86;

    private static final int LAST_LONG = LENGTH - Long.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Of this process alone. */
    private static final long[] SECRET = new SecureRandom().longs(4).toArray();

    private static final ThreadLocal<Presented> PRESENTED = ThreadLocal.withInitial(PresentedApart::new);

    final byte[] tail;
    String text;
    int hash;

    private TokenTail(String text, byte[] tail) {
        this.text = text;
        this.tail = tail;
    }

    /** To be kept; null where the text is too short to be a token. */
    static @Nullable TokenTail of(String text) {
        if (text.length() < LENGTH) {
            return null;
        }
        TokenTail kept = new TokenTail(text, new byte[LENGTH]);
        copy(text, text.length() - LENGTH, text.length(), kept.tail);
        kept.hash = hash(kept.tail);
        return kept;
    }

    /** For one look-up by this thread; null where the text is too short to be a token. */
    static @Nullable Presented present(String text) {
        if (text.length() < LENGTH) {
            return null;
        }
        Presented presented = PRESENTED.get();
        copy(text, text.length() - LENGTH, text.length(), presented.tail);
        presented.hash = hash(presented.tail);
        presented.text = text;
        presented.bytes = null;
        return presented;
    }

    /** For one look-up by this thread; null where the text is too short to be a token. */
    static @Nullable Presented present(byte[] bytes, int offset, int length) {
        if (length < LENGTH) {
            return null;
        }
        Presented presented = PRESENTED.get();
        System.arraycopy(bytes, offset + length - LENGTH, presented.tail, 0, LENGTH);
        presented.hash = hash(presented.tail);
        presented.text = "";
        presented.bytes = bytes;
        presented.offset = offset;
        presented.length = length;
        return presented;
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof TokenTail other && hash == other.hash && hasTail(other.tail) && text.equals(other.text);
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Takes as long whether and wherever they differ. */
    final boolean hasTail(byte[] other) {
        long difference = (long) LONG.get(tail, LAST_LONG) ^ (long) LONG.get(other, LAST_LONG);
        for (int at = 0; at < LAST_LONG; at += Long.BYTES) {
            difference |= (long) LONG.get(tail, at) ^ (long) LONG.get(other, at);
        }
        return difference == 0;
    }

    /**
     * Of the last 32 characters, 192 bits of the signature. Multiplies pairs that are masked with secrets, so that
     * nobody can tell which texts meet in a slot.
     */
    private static int hash(byte[] tail) {
        long mixed = multiply(
                        (long) LONG.get(tail, LENGTH - 32) ^ SECRET[0], (long) LONG.get(tail, LENGTH - 24) ^ SECRET[1])
                ^ multiply(
                        (long) LONG.get(tail, LENGTH - 16) ^ SECRET[2], (long) LONG.get(tail, LENGTH - 8) ^ SECRET[3]);
        return (int) (mixed ^ mixed >>> 32);
    }

    private static long multiply(long a, long b) {
        return Math.multiplyHigh(a, b) ^ a * b;
    }

    /**
     * Copies characters without making a string of them. Of one beyond Latin-1 only a part is copied; such a text is
     * equal to no token when the whole is compared.
     */
    @SuppressWarnings("deprecation")
    private static void copy(String text, int from, int to, byte[] into) {
        text.getBytes(from, to, into, 0);
    }

    /** What a thread looks up at the moment; used again for its next look-up, and never kept. */
    static sealed class Presented extends TokenTail {
        private byte @Nullable [] bytes;
        private int offset;
        private int length;
        private byte[] room = new byte[1024];
        /** How many this thread has made. */
        private int lookUps;

        private Presented() {
            super("", new byte[LENGTH]);
        }

        /** True of one look-up in so many of this thread's; a power of two. */
        boolean isOneOf(int many) {
            return (++lookUps & (many - 1)) == 0;
        }

        /** Lets go of what was presented, a secret in an array that may be large. */
        void forget() {
            text = "";
            bytes = null;
        }

        @Override
        public boolean equals(@Nullable Object o) {
            if (!(o instanceof TokenTail kept) || hash != kept.hash || !hasTail(kept.tail)) {
                return false;
            }
            if (bytes == null) {
                return text.equals(kept.text);
            }
            if (length != kept.text.length()) {
                return false;
            }
            if (room.length < length) {
                room = new byte[length];
            }
            copy(kept.text, 0, length, room);
            return Arrays.mismatch(bytes, offset, offset + length, room, 0, length) < 0;
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * With room behind it: those of two threads come to lie side by side when memory is tidied up, and each would take
     * the line of the processor's cache away from the other with every look-up.
     */
    @SuppressWarnings("unused")
    private static final class PresentedApart extends Presented {
        private long a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p;
    }
}
