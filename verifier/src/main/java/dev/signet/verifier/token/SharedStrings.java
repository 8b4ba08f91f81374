package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * One string for what many tokens have in common: their issuer, organization, roles, the names of claims. A token then
 * costs less to keep, and its claims are found where the last token's were. Holds the last few hundred, and forgets by
 * overwriting. Thread-safe: threads that race for a place each have a good string.
 */
final class SharedStrings {
    private static final int PLACES = 512;
    /** What is longer is hardly common. */
    private static final int LONGEST = 128;

    private final Entry[] places = new Entry[PLACES];

    private static final class Entry {
        private final byte[] bytes;
        private final String text;

        Entry(byte[] bytes, String text) {
            this.bytes = bytes;
            this.text = text;
        }
    }

    SharedStrings() {
        Arrays.fill(places, new Entry(new byte[0], ""));
    }

    /** The string of these ASCII bytes. */
    String of(byte[] bytes, int from, int to) {
        if (to - from > LONGEST) {
            return new String(bytes, from, to - from, ISO_8859_1);
        }
        int place = place(bytes, from, to);
        Entry present = places[place];
        if (Arrays.equals(present.bytes, 0, present.bytes.length, bytes, from, to)) {
            return present.text;
        }
        Entry made = new Entry(Arrays.copyOfRange(bytes, from, to), new String(bytes, from, to - from, ISO_8859_1));
        places[place] = made;
        return made.text;
    }

    /** By length and the last characters, in which names and ids differ. */
    private static int place(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = Math.max(from, to - 6); i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        return (hash ^ hash >>> 9 ^ hash >>> 18) & PLACES - 1;
    }
}
