package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * A token as it was sent: a part of a request, of which nothing is copied as long as the token is known. What is not
 * ASCII makes it no token.
 */
final class TokenText {
    static final TokenText NONE = of("");

    private final byte[] bytes;
    private final int offset;
    private final int length;

    /** @param bytes not to be changed any more */
    TokenText(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    static TokenText of(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return new TokenText(bytes, 0, bytes.length);
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    String text() {
        return new String(bytes, offset, length, ISO_8859_1);
    }

    /** Nothing of the token, which is a secret. */
    @Override
    public String toString() {
        return "TokenText[length=" + length + "]";
    }
}
