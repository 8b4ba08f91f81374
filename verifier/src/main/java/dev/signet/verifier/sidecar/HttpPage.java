package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** What is answered on a path of its own, to {@code GET} and {@code HEAD}. Made on an event loop: it must be quick. */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record HttpPage(int status, String contentType, byte[] body) {
    private static final String TEXT = "text/plain; charset=utf-8";

    static HttpPage text(int status, String line) {
        return new HttpPage(status, TEXT, (line + "\n").getBytes(UTF_8));
    }

    /** 200 while something is so, and else 503. */
    static Supplier<HttpPage> whether(BooleanSupplier so, String yes, String no) {
        return () -> so.getAsBoolean() ? text(200, yes) : text(503, no);
    }
}
