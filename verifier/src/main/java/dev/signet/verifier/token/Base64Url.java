package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Base64url without padding (RFC 4648 section 5), in its canonical form only: no other characters, and no bits that
 * would be dropped (section 3.5), so that each sequence of bytes has one text. The JDK's decoder lets both pass.
 */
final class Base64Url {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] VALUES = values();

    private Base64Url() {}

    /** @throws MalformedToken where that part of the text is not in canonical form, or empty */
    static byte[] decode(byte[] text, int from, int to) {
        int rest = (to - from) % 4;
        if (from == to || rest == 1) {
            throw new MalformedToken("a segment is empty or cut short");
        }
        byte[] bytes = new byte[(to - from) / 4 * 3 + Math.max(0, rest - 1)];
        int at = 0;
        int i = from;
        // What is no character of the alphabet is negative, and stays so when it is joined with others.
        int seen = 0;
        // Three bytes in one step, as long as there is room for a fourth, which is overwritten by the next.
        for (int last = to - 8; i <= last; i += 4) {
            int bits = whole(text, i);
            INT.set(bytes, at, bits << 8);
            at += 3;
            seen |= bits;
        }
        if (i <= to - 4) {
            int bits = whole(text, i);
            bytes[at++] = (byte) (bits >> 16);
            bytes[at++] = (byte) (bits >> 8);
            bytes[at++] = (byte) bits;
            seen |= bits;
            i += 4;
        }
        if (rest > 0) {
            int bits = value(text[i]) << 18 | value(text[i + 1]) << 12 | (rest == 3 ? value(text[i + 2]) << 6 : 0);
            bytes[at++] = (byte) (bits >> 16);
            if (rest == 3) {
                bytes[at] = (byte) (bits >> 8);
            }
            boolean drops = (bits & (rest == 3 ? 0xff : 0xffff)) != 0;
            seen |= drops ? -1 : bits;
        }
        if (seen < 0) {
            throw new MalformedToken("a segment is not canonical base64url");
        }
        return bytes;
    }

    /** The bits of four characters that are all there. */
    private static int whole(byte[] text, int i) {
        return value(text[i]) << 18 | value(text[i + 1]) << 12 | value(text[i + 2]) << 6 | value(text[i + 3]);
    }

    /** Whether the text has no characters but those of the alphabet. */
    static boolean isText(String text) {
        int seen = 0;
        for (byte c : text.getBytes(US_ASCII)) {
            seen |= value(c);
        }
        return seen >= 0;
    }

    private static int value(byte c) {
        return VALUES[c & 0xff];
    }

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        return values;
    }
}
