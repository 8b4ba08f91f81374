package dev.signet.authority.e2e.secrets;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.function.ObjIntConsumer;

/** What looks like a secret is taken for one, as the processes also make some that nobody else gets to see. */
final class Shapes {
    private static final byte[] BEGIN = "eyJ".getBytes(US_ASCII);
    private static final byte[] NEXT = ".eyJ".getBytes(US_ASCII);
    private static final byte[] API_KEY = "sgk_".getBytes(US_ASCII);
    private static final byte[] PRIVATE = "\"d\":\"".getBytes(US_ASCII);
    private static final int SHORTEST_PART = 12;
    private static final int SHORTEST_SECRET = 40;

    private Shapes() {}

    static void find(byte[] bytes, int to, ObjIntConsumer<String> found) {
        for (int index = 0; index < to; index++) {
            switch (bytes[index]) {
                case '.' -> {
                    // A sealed key has nothing between its first dots.
                    if (isAt(NEXT, bytes, index, to) && run(bytes, index + 1, to) >= SHORTEST_PART) {
                        int begin = index;
                        while (begin > 0 && isBase64Url(bytes[begin - 1])) {
                            begin--;
                        }
                        if (index - begin >= SHORTEST_PART && isAt(BEGIN, bytes, begin, to)) {
                            found.accept("something like a token", begin);
                        }
                    }
                }
                case 's' -> {
                    if (isAt(API_KEY, bytes, index, to) && run(bytes, index + API_KEY.length, to) >= SHORTEST_SECRET) {
                        found.accept("something like an API key's secret", index);
                    }
                }
                case '"' -> {
                    if (isAt(PRIVATE, bytes, index, to) && run(bytes, index + PRIVATE.length, to) >= SHORTEST_SECRET) {
                        found.accept("something like a private key", index);
                    }
                }
                default -> {}
            }
        }
    }

    private static boolean isAt(byte[] word, byte[] bytes, int from, int to) {
        if (from + word.length > to) {
            return false;
        }
        for (int index = 0; index < word.length; index++) {
            if (bytes[from + index] != word[index]) {
                return false;
            }
        }
        return true;
    }

    private static int run(byte[] bytes, int from, int to) {
        int index = from;
        while (index < to && isBase64Url(bytes[index])) {
            index++;
        }
        return index - from;
    }

    private static boolean isBase64Url(byte character) {
        return (character >= 'a' && character <= 'z')
                || (character >= 'A' && character <= 'Z')
                || (character >= '0' && character <= '9')
                || character == '-'
                || character == '_';
    }
}
