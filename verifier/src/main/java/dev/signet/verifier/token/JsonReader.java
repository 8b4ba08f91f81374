package dev.signet.verifier.token;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) from bytes the strict way: UTF-8 without a byte order mark, no duplicate member names however
 * they are escaped, whole numbers only where one is asked for, bounded depth, nothing after the value.
 *
 * <p>A pull reader: the caller asks for what must come next and gets it or a {@link MalformedToken}. Not thread-safe.
 */
final class JsonReader {
    private static final int MAXIMUM_DEPTH = 8;
    private static final int MAXIMUM_MEMBERS = 256;

    private final byte[] json;
    private final @Nullable SharedStrings common;
    private int at;
    private int depth;

    JsonReader(byte[] json) {
        this(json, null);
    }

    /** @param common where the names of members, and other strings that are common, are taken from */
    JsonReader(byte[] json, @Nullable SharedStrings common) {
        this.json = json;
        this.common = common;
    }

    /** Takes one member of an object: called with its name, it must read the value. */
    @FunctionalInterface
    interface Member {
        void read(String name);
    }

    /** The names of an object's members, each at most once. There are few, so that looking through them is quick. */
    private static final class Names {
        private String[] seen = new String[16];
        private int count;

        void add(String name) {
            for (int i = 0; i < count; i++) {
                if (seen[i].hashCode() == name.hashCode() && seen[i].equals(name)) {
                    throw new MalformedToken("a member name occurs twice");
                }
            }
            if (count == MAXIMUM_MEMBERS) {
                throw new MalformedToken("an object has too many members");
            }
            if (count == seen.length) {
                seen = Arrays.copyOf(seen, 2 * count);
            }
            seen[count++] = name;
        }
    }

    void readObject(Member member) {
        open('{');
        if (!closes('}')) {
            Names names = new Names();
            do {
                skipSpace();
                String name = readCommonString();
                names.add(name);
                skipSpace();
                expect(':');
                skipSpace();
                member.read(name);
            } while (continues('}'));
        }
        depth--;
    }

    void readArray(Runnable element) {
        open('[');
        if (!closes(']')) {
            int count = 0;
            do {
                if (++count > MAXIMUM_MEMBERS) {
                    throw new MalformedToken("an array is too long");
                }
                skipSpace();
                element.run();
            } while (continues(']'));
        }
        depth--;
    }

    String readString() {
        return readString(null);
    }

    /** A string that other JSON has too. */
    String readCommonString() {
        return readString(common);
    }

    private String readString(@Nullable SharedStrings shared) {
        expect('"');
        int start = at;
        int end = start;
        while (end < json.length && json[end] != '"' && json[end] != '\\' && json[end] >= 0x20) {
            end++;
        }
        at = end;
        if (peek() != '"') {
            return readRare(start);
        }
        at++;
        return shared == null
                ? new String(json, start, end - start, StandardCharsets.ISO_8859_1)
                : shared.of(json, start, end);
    }

    /** A whole number from 0 to 2⁵³ - 1, without sign, fraction, exponent or leading zero. */
    long readNumber() {
        int start = at;
        long value = 0;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            value = value * 10 + (json[at++] - '0');
            if (at - start > 16) {
                throw new MalformedToken("a number is too large");
            }
        }
        boolean leadingZero = at - start > 1 && json[start] == '0';
        boolean goesOn = at < json.length && ".eE".indexOf(json[at]) >= 0;
        if (at == start || leadingZero || goesOn || value > (1L << 53) - 1) {
            throw new MalformedToken("not a whole number");
        }
        return value;
    }

    boolean readBoolean() {
        if (peek() == 't') {
            expectWord("true");
            return true;
        }
        expectWord("false");
        return false;
    }

    boolean nextIsArray() {
        return peek() == '[';
    }

    /** Passes over a value of any type, as strict with it as with one that is used. */
    void skipValue() {
        switch (peek()) {
            case '{' -> readObject(name -> skipValue());
            case '[' -> readArray(this::skipValue);
            case '"' -> readString();
            case 't', 'f' -> readBoolean();
            case 'n' -> expectWord("null");
            default -> skipNumber();
        }
    }

    void end() {
        skipSpace();
        if (at != json.length) {
            throw new MalformedToken("something follows the JSON");
        }
    }

    private void skipNumber() {
        if (peek() == '-') {
            at++;
        }
        int whole = skipDigits();
        if (whole == 0 || (whole > 1 && json[at - whole] == '0')) {
            throw new MalformedToken("not a JSON value");
        }
        if (at < json.length && json[at] == '.') {
            at++;
            requireDigits();
        }
        if (at < json.length && (json[at] == 'e' || json[at] == 'E')) {
            at++;
            if (at < json.length && (json[at] == '+' || json[at] == '-')) {
                at++;
            }
            requireDigits();
        }
    }

    private void requireDigits() {
        if (skipDigits() == 0) {
            throw new MalformedToken("not a JSON number");
        }
    }

    private int skipDigits() {
        int start = at;
        while (at < json.length && json[at] >= '0' && json[at] <= '9') {
            at++;
        }
        return at - start;
    }

    /** A string with an escape, or with other than ASCII characters: our own tokens have none. */
    private String readRare(int start) {
        StringBuilder text = new StringBuilder();
        at = start;
        while (true) {
            int runStart = at;
            while (peek() != '"' && peek() != '\\') {
                int next = take();
                if (next >= 0 && next < 0x20) {
                    throw new MalformedToken("a control character in a string");
                }
            }
            text.append(decode(runStart, at - runStart));
            if (take() == '"') {
                break;
            }
            text.append(readEscape());
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw new MalformedToken("half a surrogate pair in a string");
            }
        }
        return text.toString();
    }

    private char readEscape() {
        int escape = take();
        return switch (escape) {
            case '"', '\\', '/' -> (char) escape;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(take(), 16);
                    if (digit < 0) {
                        throw new MalformedToken("a broken escape in a string");
                    }
                    unit = unit << 4 | digit;
                }
                yield (char) unit;
            }
            default -> throw new MalformedToken("a broken escape in a string");
        };
    }

    private String decode(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(json, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedToken("a string is not UTF-8");
        }
    }

    private void open(char bracket) {
        expect(bracket);
        if (++depth > MAXIMUM_DEPTH) {
            throw new MalformedToken("nested too deep");
        }
    }

    private boolean closes(char bracket) {
        skipSpace();
        if (peek() != bracket) {
            return false;
        }
        at++;
        return true;
    }

    /** After an element: true where a comma follows, false where the bracket does. */
    private boolean continues(char bracket) {
        skipSpace();
        int next = take();
        if (next != ',' && next != bracket) {
            throw new MalformedToken("not well-formed JSON");
        }
        return next == ',';
    }

    private void skipSpace() {
        while (at < json.length && (json[at] == ' ' || json[at] == '\t' || json[at] == '\n' || json[at] == '\r')) {
            at++;
        }
    }

    private void expect(char wanted) {
        if (take() != wanted) {
            throw new MalformedToken("not well-formed JSON");
        }
    }

    private void expectWord(String word) {
        for (int i = 0; i < word.length(); i++) {
            expect(word.charAt(i));
        }
    }

    private int peek() {
        if (at >= json.length) {
            throw new MalformedToken("the JSON ends early");
        }
        return json[at];
    }

    private int take() {
        int next = peek();
        at++;
        return next;
    }
}
