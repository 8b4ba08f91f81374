package dev.signet.authority.e2e.secrets;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;

/**
 * Pieces of secrets, known by a hash alone, and looked for at every position of a text at once. A secret is cut into
 * pieces of one length that lie side by side, so of any part of it that is at least twice as long as a piece, one piece
 * is found whole.
 */
final class SecretWindows {
    private static final long BASE = 0x9E3779B97F4A7C15L;
    private static final int FILTER_BITS = 22;
    /** More would not be a suite of tests any more. */
    private static final int MOST = 1 << 22;
    /** With fewer different bytes it is padding, which is anywhere. */
    private static final int DIFFERENT = 5;

    private final int length;
    /** What a byte has been multiplied by when it leaves the window. */
    private final long leaving;

    private final List<String> labels = new ArrayList<>();
    /** One bit for each hash, small enough to stay in the processor's cache. */
    private final long[] filter = new long[1 << (FILTER_BITS - 6)];

    private long[] hashes = new long[1 << 12];
    private short[] labelOf = new short[hashes.length];
    private int size;

    SecretWindows(int length) {
        this.length = length;
        long power = 1;
        for (int count = 0; count < length; count++) {
            power *= BASE;
        }
        this.leaving = power;
    }

    int size() {
        return size;
    }

    /** Adds what lies side by side in the bytes, and the last piece of them. */
    void addAll(String label, byte[] bytes) {
        for (int from = 0; from + length <= bytes.length; from += length) {
            add(label, bytes, from);
        }
        addLast(label, bytes);
    }

    void addLast(String label, byte[] bytes) {
        if (bytes.length >= length) {
            add(label, bytes, bytes.length - length);
        }
    }

    private void add(String label, byte[] bytes, int from) {
        boolean[] seen = new boolean[256];
        int different = 0;
        long hash = 0;
        for (int index = from; index < from + length; index++) {
            int unsigned = bytes[index] & 0xFF;
            different += seen[unsigned] ? 0 : 1;
            seen[unsigned] = true;
            hash = hash * BASE + unsigned + 1;
        }
        if (different < DIFFERENT) {
            return;
        }
        int number = labels.indexOf(label);
        if (number < 0) {
            number = labels.size();
            labels.add(label);
        }
        put(mixed(hash), (short) number);
        if (size > hashes.length / 2) {
            grow();
        }
    }

    private void put(long hash, short label) {
        int slot = slot(hash);
        if (hashes[slot] == 0) {
            hashes[slot] = hash;
            labelOf[slot] = label;
            size++;
            int bit = bit(hash);
            filter[bit >>> 6] |= 1L << bit;
        }
    }

    private void grow() {
        if (size > MOST) {
            throw new IllegalStateException("too many secrets to look for: " + size + " pieces");
        }
        long[] formerHashes = hashes;
        short[] formerLabels = labelOf;
        hashes = new long[formerHashes.length * 2];
        labelOf = new short[hashes.length];
        size = 0;
        for (int index = 0; index < formerHashes.length; index++) {
            if (formerHashes[index] != 0) {
                put(formerHashes[index], formerLabels[index]);
            }
        }
    }

    /** Tells of each piece that is in the bytes, with where it begins. */
    void find(byte[] bytes, int to, ObjIntConsumer<String> found) {
        if (size == 0) {
            return;
        }
        long hash = 0;
        for (int index = 0; index < to; index++) {
            hash = hash * BASE + (bytes[index] & 0xFF) + 1;
            if (index >= length) {
                hash -= leaving * ((bytes[index - length] & 0xFF) + 1);
            }
            if (index >= length - 1) {
                long mixed = mixed(hash);
                int bit = bit(mixed);
                if ((filter[bit >>> 6] & 1L << bit) != 0) {
                    int slot = slot(mixed);
                    if (hashes[slot] == mixed) {
                        found.accept(labels.get(labelOf[slot]), index - length + 1);
                    }
                }
            }
        }
    }

    /** Where the hash is, or would be. */
    private int slot(long hash) {
        int mask = hashes.length - 1;
        int slot = (int) (hash >>> 8) & mask;
        while (hashes[slot] != 0 && hashes[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private static int bit(long hash) {
        return (int) (hash >>> (64 - FILTER_BITS));
    }

    private static long mixed(long hash) {
        long mixed = (hash ^ (hash >>> 32)) * 0xD6E8FEB86659FD93L;
        mixed ^= mixed >>> 32;
        return mixed == 0 ? 1 : mixed;
    }
}
