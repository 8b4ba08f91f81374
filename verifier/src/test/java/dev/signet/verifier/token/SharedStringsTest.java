package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SharedStringsTest {
    private final SharedStrings strings = new SharedStrings();

    /** From the middle of an array of its own each time, as tokens have it. */
    private String of(String text) {
        byte[] bytes = ("before" + text + "after").getBytes(ISO_8859_1);
        return strings.of(bytes, 6, 6 + text.length());
    }

    @Test
    void theSameBytesAreOneString() {
        for (String text : List.of("iss", "https://signet.local", "x", "a".repeat(128))) {
            String first = of(text);
            assertEquals(text, first);
            assertSame(first, of(text));
        }
        assertEquals("", of(""));
    }

    @Test
    void whatIsLongerIsReadAndNotKept() {
        String longer = "a".repeat(129);
        String first = of(longer);
        assertEquals(longer, first);
        assertNotSame(first, of(longer));
    }

    /** Whatever lands in the same place: more than there are places for, and more than are alike at their ends. */
    @Test
    void otherBytesAreNeverTakenForThese() {
        List<String> texts = IntStream.range(0, 2_000)
                .mapToObj(i -> i + (i % 2 == 0 ? "-alike-at-the-end" : ""))
                .toList();
        for (int round = 0; round < 2; round++) {
            texts.forEach(text -> assertEquals(text, of(text)));
        }
        assertEquals("ab", of("ab"));
        assertEquals("abc", of("abc"));
        assertEquals("bc", of("bc"));
    }

    /** Names and ids differ in their last characters; those of a token must not displace each other all the time. */
    @Test
    void whatDiffersAtTheEndIsKeptSideBySide() {
        List<String> names = IntStream.range(0, 64)
                .mapToObj(i -> "organizations/" + (char) ('a' + i % 26) + (char) ('a' + i / 26) + "role")
                .toList();
        Set<String> objects = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int round = 0; round < 2; round++) {
            names.forEach(name -> objects.add(of(name)));
        }
        assertTrue(objects.size() < names.size() * 3 / 2, () -> "read anew: " + (objects.size() - names.size()));
    }
}
