package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "{ }",
                "[ ]",
                "{\"a\":1}",
                "{ \"a\" :\t1 ,\r\n\"b\" : [ 1 , 2 ] } \n",
                "{\"a\":{\"a\":1},\"b\":{\"a\":1}}",
                "[0,-0,1.5,-1.5e+10,1E-3,123456789012345678901234567890]",
                "[true,false,null]",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"",
                "\"\\ud83d\\ude00\"",
                "{\"\":1}",
                "{\"a\":1,\"A\":1}",
            })
    void wellFormedJsonIsPassedOver(String json) {
        assertDoesNotThrow(() -> skip(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{,}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1;\"b\":2}",
                "{a:1}",
                "{'a':1}",
                "{1:1}",
                "[1,]",
                "[,1]",
                "[1 2]",
                "[1}",
                "{\"a\":1]",
                "/**/{}",
                "{/**/}",
                "{}//",
                "{}{}",
                "{} {}",
                "{}\u0000",
                "{}x",
                "[1]]",
                "True",
                "tru",
                "nul",
                "NaN",
                "[Infinity]",
                "[-]",
                "[+1]",
                "[01]",
                "[-01]",
                "[1.]",
                "[.5]",
                "[1e]",
                "[1e+]",
                "[0x10]",
                "[1_000]",
                "\"\\x41\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\u+123\"",
                "\"\\",
                "\"abc",
                "\"a\nb\"",
                "\"a\tb\"",
                "\"\\na\tb\"",
                "\"\u0000\"",
            })
    void anythingElseIsRefused(String json) {
        assertThrows(MalformedToken.class, () -> skip(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":1}",
                "{\"a\":1,\"b\":2,\"a\":3}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"\\u0061\":1,\"a\":2}",
                "{\"\u00e9\":1,\"\\u00E9\":2}",
                "{\"\":1,\"\":2}",
                "{\"x\":{\"a\":1,\"a\":2}}",
                "[{\"a\":1,\"a\":2}]",
            })
    void aNameThatOccursTwiceIsRefusedHoweverItIsWritten(String json) {
        assertThrows(MalformedToken.class, () -> skip(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\udc00\\ud800\"",
                "\"\\ud800x\"",
                "\"\\ud800\\ud800\\udc00\"",
                "\"x\\udbff\"",
                "{\"\\ud800\":1}",
            })
    void halfASurrogatePairIsRefused(String json) {
        assertThrows(MalformedToken.class, () -> skip(json.getBytes(UTF_8)));
    }

    /** Each is the inside of a string, as ISO 8859-1 text for its bytes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00ff",
                "\u0080",
                "\u00c0\u0080",
                "\u00c1\u00bf",
                "\u00e2\u0082",
                "\u00e0\u0080\u0080",
                "\u00ed\u00a0\u0080",
                "\u00ed\u00a0\u00bd\u00ed\u00b8\u0080",
                "\u00f4\u0090\u0080\u0080",
                "\u00f8\u0088\u0080\u0080\u0080",
                "\u00c3\\n\u00a9",
            })
    void whatIsNotUtf8IsRefused(String inside) {
        assertThrows(MalformedToken.class, () -> skip(("\"" + inside + "\"").getBytes(ISO_8859_1)));
        assertThrows(MalformedToken.class, () -> skip(("\"\\n" + inside + "\"").getBytes(ISO_8859_1)));
        assertThrows(MalformedToken.class, () -> skip(("{\"" + inside + "\":1}").getBytes(ISO_8859_1)));
    }

    @Test
    void aByteOrderMarkAndOtherEncodingsAreRefused() {
        assertThrows(MalformedToken.class, () -> skip("\ufeff{}".getBytes(UTF_8)));
        assertThrows(MalformedToken.class, () -> skip("{}".getBytes(UTF_16BE)));
    }

    @Test
    void everyBeginningOfAValueIsRefused() {
        byte[] json = "{\"a\":[1,\"x\\u00e9\",{\"b\":null}],\"c\":-1.5e3}".getBytes(UTF_8);
        assertDoesNotThrow(() -> skip(json));
        for (int length = 0; length < json.length; length++) {
            byte[] beginning = Arrays.copyOf(json, length);
            assertThrows(MalformedToken.class, () -> skip(beginning), () -> new String(beginning, UTF_8));
        }
    }

    @Test
    void depthIsBoundedAndCostsNoStack() {
        assertDoesNotThrow(() -> skip(("[".repeat(8) + "]".repeat(8)).getBytes(UTF_8)));
        assertThrows(MalformedToken.class, () -> skip(("[".repeat(9) + "]".repeat(9)).getBytes(UTF_8)));
        assertThrows(MalformedToken.class, () -> skip("{\"a\":".repeat(100_000).getBytes(UTF_8)));
        assertDoesNotThrow(() -> skip("[[],[],[],[],[],[],[],[],[],[]]".getBytes(UTF_8)));
    }

    @Test
    void membersAndElementsAreBounded() {
        assertDoesNotThrow(() -> skip(object(256)));
        assertThrows(MalformedToken.class, () -> skip(object(257)));
        assertDoesNotThrow(() -> skip(array(256)));
        assertThrows(MalformedToken.class, () -> skip(array(257)));
    }

    @Test
    void stringsAreReadWhateverWayTheyAreWritten() {
        assertEquals("plain", string("\"plain\""));
        assertEquals("", string("\"\""));
        assertEquals("h\u00e9llo \ud83d\ude00", string("\"h\u00e9llo \ud83d\ude00\""));
        assertEquals("h\u00e9llo \ud83d\ude00 \u20ac", string("\"h\\u00e9llo \\uD83D\\ude00 \u20ac\""));
        assertEquals("\u20ac\"\\/\b\f\n\r\t\u0000z", string("\"\u20ac\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000z\""));
    }

    @ParameterizedTest
    @CsvSource({"0,0", "7,7", "10,10", "9007199254740991,9007199254740991"})
    void aWholeNumberIsReadAsItIs(String json, long value) {
        assertEquals(value, new JsonReader(json.getBytes(UTF_8)).readNumber());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-0",
                "-1",
                "+1",
                "00",
                "01",
                "1.0",
                "1e3",
                "1E3",
                "9007199254740992",
                "9223372036854775808",
                "18446744073709551617",
                "99999999999999999999999999",
                "1e400",
                "\"1\"",
                "true",
                "null",
                "[1]",
                "{}",
                "\u0661",
            })
    void anyOtherNumberIsRefusedWhereAWholeOneIsAskedFor(String json) {
        assertThrows(MalformedToken.class, () -> new JsonReader(json.getBytes(UTF_8)).readNumber());
    }

    @Test
    void membersAndElementsAreHandedOverInOrder() {
        JsonReader reader = new JsonReader("{\"b\":[1,2],\"a\":true,\"c\":false}".getBytes(UTF_8));
        List<String> seen = new ArrayList<>();
        reader.readObject(name -> {
            if (name.equals("b")) {
                reader.readArray(() -> seen.add("b" + reader.readNumber()));
            } else {
                seen.add(name + reader.readBoolean());
            }
        });
        reader.end();
        assertEquals(List.of("b1", "b2", "atrue", "cfalse"), seen);
    }

    @Test
    void whatComesNextMustBeWhatWasAskedFor() {
        assertThrows(MalformedToken.class, () -> string("1"));
        assertThrows(MalformedToken.class, () -> new JsonReader("[]".getBytes(UTF_8)).readObject(name -> {}));
        assertThrows(MalformedToken.class, () -> new JsonReader("{}".getBytes(UTF_8)).readArray(() -> {}));
        assertThrows(MalformedToken.class, () -> new JsonReader("1".getBytes(UTF_8)).readBoolean());
    }

    private static void skip(byte[] json) {
        JsonReader reader = new JsonReader(json);
        reader.skipValue();
        reader.end();
    }

    private static String string(String json) {
        return new JsonReader(json.getBytes(UTF_8)).readString();
    }

    private static byte[] object(int members) {
        return IntStream.range(0, members)
                .mapToObj(i -> "\"m" + i + "\":0")
                .collect(Collectors.joining(",", "{", "}"))
                .getBytes(UTF_8);
    }

    private static byte[] array(int elements) {
        return IntStream.range(0, elements)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(",", "[", "]"))
                .getBytes(UTF_8);
    }
}
