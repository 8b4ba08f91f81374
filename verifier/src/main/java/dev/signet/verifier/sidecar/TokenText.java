package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/**
 * A token as it was sent: where it is most of a request, the request's own bytes. What is not ASCII makes it no token.
 */
final class TokenText {
    static final TokenText NONE = of("");

    private final byte[] bytes;
    private final int offset;
    private final int length;

    private TokenText(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    static TokenText of(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return new TokenText(bytes, 0, bytes.length);
    }

    /**
     * Where it is less than half of the request it is copied: a question may have to wait, and would keep all of it.
     *
     * @param request not to be changed any more
     */
    static TokenText in(byte[] request, int offset, int length) {
        return length < request.length - length
                ? new TokenText(Arrays.copyOfRange(request, offset, offset + length), 0, length)
                : new TokenText(request, offset, length);
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
