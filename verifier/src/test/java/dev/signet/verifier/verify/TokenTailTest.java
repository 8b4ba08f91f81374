package dev.signet.verifier.verify;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenTailTest {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    /** As long as what is looked at of a signature. */
    private static final int TAIL = 86;

    private final Random random = new Random(7);

    private String text(int length) {
        return random.ints(length, 0, ALPHABET.length())
                .mapToObj(i -> ALPHABET.substring(i, i + 1))
                .reduce("", String::concat);
    }

    private static String changed(String text, int at, char to) {
        return text.substring(0, at) + to + text.substring(at + 1);
    }

    private static char other(char c) {
        return c == 'A' ? 'B' : 'A';
    }

    private static TokenTail.Kept kept(String text) {
        return Objects.requireNonNull(TokenTail.of(text));
    }

    private static TokenTail.Presented presented(String text) {
        TokenTail.Presented presented = Objects.requireNonNull(TokenTail.present(text));
        return presented.holding(text, presented.tailHash());
    }

    /** From the middle of an array. */
    private static TokenTail.Presented inBytes(String text) {
        byte[] around = ("Bearer " + text + "\r\n").getBytes(US_ASCII);
        TokenTail.Presented presented = Objects.requireNonNull(TokenTail.present(around, 7, text.length()));
        return presented.holding(around, 7, text.length(), presented.tailHash());
    }

    @ParameterizedTest
    @ValueSource(ints = {TAIL, 300, 1023, 1024, 1025, 5000})
    void aTextIsEqualToItselfHoweverItIsPresented(int length) {
        String text = text(length);
        String other = text(length);
        TokenTail.Kept kept = kept(text);
        assertEquals(kept, kept(text));
        // What is presented is written over what was there before.
        presented(other);
        assertEquals(presented(text), kept);
        assertEquals(kept.hashCode(), presented(text).hashCode());
        presented(other);
        assertEquals(inBytes(text), kept);
        assertEquals(kept.hashCode(), inBytes(text).hashCode());
    }

    @Test
    void aTextIsEqualToNoOther() {
        String text = text(200);
        TokenTail.Kept kept = kept(text);
        for (int at = 0; at < text.length(); at++) {
            String other = changed(text, at, other(text.charAt(at)));
            assertNotEquals(kept, kept(other));
            assertNotEquals(presented(other), kept);
            assertNotEquals(inBytes(other), kept);
        }
        for (String other : new String[] {text + "A", "A" + text, text.substring(1)}) {
            assertNotEquals(kept, kept(other));
            assertNotEquals(presented(other), kept);
            assertNotEquals(inBytes(other), kept);
        }
        assertNotEquals((Object) kept, text);
        assertNotEquals((Object) presented(text), text);
    }

    @Test
    void whatIsShorterThanASignatureIsNoToken() {
        String shorter = text(TAIL - 1);
        assertNull(TokenTail.of(shorter));
        assertNull(TokenTail.present(shorter));
        assertNull(TokenTail.present(text(300).getBytes(US_ASCII), 0, TAIL - 1));
        assertNull(TokenTail.of(""));
    }

    /** By itself, whatever the rest of the text says: the signature is what must not be felt for. */
    @Test
    void signaturesAreComparedWhole() {
        String text = text(TAIL);
        TokenTail.Kept kept = kept(text);
        assertTrue(kept.hasTail(text.getBytes(US_ASCII), 0));
        for (int at = 0; at < TAIL; at++) {
            String other = changed(text, at, other(text.charAt(at)));
            assertFalse(kept.hasTail(other.getBytes(US_ASCII), 0), "changed at " + at);
        }
    }

    /** Or texts that differ elsewhere would all meet in one slot, and who knows where could fill it. */
    @Test
    void everyBitOfTheLastCharactersCountsInTheHash() {
        String text = text(TAIL);
        int hash = kept(text).hashCode();
        for (int at = TAIL - 32; at < TAIL; at++) {
            for (int i = 0; i < ALPHABET.length(); i++) {
                if (ALPHABET.charAt(i) != text.charAt(at)) {
                    String other = changed(text, at, ALPHABET.charAt(i));
                    assertNotEquals(hash, kept(other).hashCode(), "changed at " + at);
                }
            }
        }
    }

    @Test
    void hashesHaveAsManyOnesAsZeros() {
        int texts = 5_000;
        double ones = 0;
        for (int i = 0; i < texts; i++) {
            ones += Integer.bitCount(kept(text(TAIL)).hashCode());
        }
        // Of 32 bits each, with a standard deviation of 0.04 over so many.
        assertEquals(16, ones / texts, 0.4);
    }
}
