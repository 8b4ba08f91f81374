package dev.signet.authority.cli;

import java.util.regex.Pattern;

/** Text as a terminal may see it: names come from others and must not move the cursor or reorder a line. */
final class Printable {
    private static final Pattern SECRET = Pattern.compile("eyJ[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]*)+|sgk_[0-9A-Za-z]+");

    private Printable() {}

    static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> append(escaped, character));
        return escaped.toString();
    }

    /** A message may quote what was typed, and what was typed may be a secret. */
    static String message(String text) {
        return escape(SECRET.matcher(text).replaceAll("(a secret)"));
    }

    /** JSON that says the same; what it holds of such text stands within its strings, where JSON has escapes too. */
    static String json(String json) {
        StringBuilder escaped = new StringBuilder(json.length());
        json.codePoints().forEach(character -> {
            if (character == '\n' || isPlain(character)) {
                escaped.appendCodePoint(character);
            } else {
                for (char half : Character.toChars(character)) {
                    escaped.append(String.format("\\u%04x", (int) half));
                }
            }
        });
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int character) {
        switch (character) {
            case '\n' -> escaped.append("\\n");
            case '\r' -> escaped.append("\\r");
            case '\t' -> escaped.append("\\t");
            default -> {
                if (isPlain(character)) {
                    escaped.appendCodePoint(character);
                } else {
                    escaped.append(String.format("\\u%04X", character));
                }
            }
        }
    }

    /** False for what ends a line, moves a cursor or turns the direction of writing. */
    static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
