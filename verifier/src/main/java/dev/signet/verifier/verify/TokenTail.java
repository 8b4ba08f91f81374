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
abstract sealed class TokenTail {
    /** The whole signature of ES256 and EdDSA, and enough of a longer one. */
    private static final int LENGTH = 86;

    private static final int LAST_LONG = LENGTH - Long.BYTES;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Of this process alone. */
    private static final long[] SECRET = new SecureRandom().longs(4).toArray();

    private static final ThreadLocal<Presented> PRESENTED = ThreadLocal.withInitial(Presented::new);

    /** To be kept; null where the text is too short to be a token. */
    static @Nullable Kept of(String text) {
        return text.length() < LENGTH ? null : new Kept(text);
    }

    /** For one look-up by this thread; null where the text is too short to be a token. */
    static @Nullable Presented present(String text) {
        if (text.length() < LENGTH) {
            return null;
        }
        Presented presented = PRESENTED.get();
        copy(text, text.length() - LENGTH, text.length(), presented.room, Presented.TAIL);
        return presented;
    }

    /** For one look-up by this thread; null where the text is too short to be a token. */
    static @Nullable Presented present(byte[] bytes, int offset, int length) {
        if (length < LENGTH) {
            return null;
        }
        Presented presented = PRESENTED.get();
        System.arraycopy(bytes, offset + length - LENGTH, presented.room, Presented.TAIL, LENGTH);
        return presented;
    }

    /**
     * Of the last 32 characters, 192 bits of the signature. Multiplies pairs that are masked with secrets, so that
     * nobody can tell which texts meet in a slot.
     */
    private static int hash(byte[] bytes, int tail) {
        int last = tail + LENGTH;
        long mixed = multiply(
                        (long) LONG.get(bytes, last - 32) ^ SECRET[0], (long) LONG.get(bytes, last - 24) ^ SECRET[1])
                ^ multiply((long) LONG.get(bytes, last - 16) ^ SECRET[2], (long) LONG.get(bytes, last - 8) ^ SECRET[3]);
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
    private static void copy(String text, int from, int to, byte[] into, int at) {
        text.getBytes(from, to, into, at);
    }

    /** A text that is remembered. Immutable. */
    static final class Kept extends TokenTail {
        private final String text;
        private final byte[] tail = new byte[LENGTH];
        private final int hash;

        private Kept(String text) {
            this.text = text;
            copy(text, text.length() - LENGTH, text.length(), tail, 0);
            this.hash = hash(tail, 0);
        }

        /** Takes as long whether and wherever they differ. */
        boolean hasTail(byte[] bytes, int at) {
            long difference = (long) LONG.get(tail, LAST_LONG) ^ (long) LONG.get(bytes, at + LAST_LONG);
            for (int i = 0; i < LAST_LONG; i += Long.BYTES) {
                difference |= (long) LONG.get(tail, i) ^ (long) LONG.get(bytes, at + i);
            }
            return difference == 0;
        }

        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Kept other && hash == other.hash && hasTail(other.tail, 0) && text.equals(other.text);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    /**
     * What a thread looks up at the moment; used again for its next look-up, and never kept.
     *
     * <p>What each look-up writes lies in the middle of an array. Beside it may come to lie what another thread reads or
     * writes, when memory is tidied up, and each would take the line of the processor's cache away from the other. For
     * the same reason the text is handed over with each question, and held only while a map asks by {@link #equals}: to
     * write down a reference marks a card for the garbage collector, and the cards of two threads lie side by side.
     */
    static final class Presented extends TokenTail {
        /** Two lines, as they are fetched in pairs. */
        private static final int APART = 128;

        private static final int TAIL = APART;
        private static final int COUNT = TAIL + LENGTH;
        private static final int TEXT = COUNT + 1;

        private byte[] room = new byte[TEXT + 1024 + APART];

        private String text = "";
        private byte @Nullable [] bytes;
        private int offset;
        private int length;
        private int hash;

        private Presented() {}

        /** True of one look-up in so many of this thread's; a power of two, up to 128. */
        boolean isOneOf(int many) {
            return (++room[COUNT] & (many - 1)) == 0;
        }

        int tailHash() {
            return hash(room, TAIL);
        }

        /** Whether the text, whose tail and its hash these are, is the one that was kept. */
        boolean is(String text, int hash, Kept kept) {
            return hash == kept.hash && kept.hasTail(room, TAIL) && text.equals(kept.text);
        }

        /** Whether the text, whose tail and its hash these are, is the one that was kept. */
        boolean is(byte[] bytes, int offset, int length, int hash, Kept kept) {
            if (hash != kept.hash || !kept.hasTail(room, TAIL) || length != kept.text.length()) {
                return false;
            }
            if (room.length < TEXT + length + APART) {
                room = Arrays.copyOf(room, TEXT + length + APART);
            }
            copy(kept.text, 0, length, room, TEXT);
            return Arrays.equals(bytes, offset, offset + length, room, TEXT, TEXT + length);
        }

        /** To be equal to the kept one of the same text, until {@link #forget}. */
        Presented holding(String text, int hash) {
            this.text = text;
            this.bytes = null;
            this.hash = hash;
            return this;
        }

        /** To be equal to the kept one of the same text, until {@link #forget}. */
        Presented holding(byte[] bytes, int offset, int length, int hash) {
            this.text = "";
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
            this.hash = hash;
            return this;
        }

        /** Lets go of what was held, a secret in an array that may be large. */
        void forget() {
            text = "";
            bytes = null;
        }

        @Override
        public boolean equals(@Nullable Object o) {
            return o instanceof Kept kept
                    && (bytes == null ? is(text, hash, kept) : is(bytes, offset, length, hash, kept));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
