package dev.signet.verifier.sidecar;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import java.util.Objects;

/** Answers of HTTP/1.1 as bytes. They say nothing of who answers, and are for nobody to keep. */
final class HttpAnswers {
    private static final Map<Integer, String> PHRASES = Map.ofEntries(
            Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"),
            Map.entry(401, "Unauthorized"),
            Map.entry(403, "Forbidden"),
            Map.entry(404, "Not Found"),
            Map.entry(405, "Method Not Allowed"),
            Map.entry(414, "URI Too Long"),
            Map.entry(429, "Too Many Requests"),
            Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"),
            Map.entry(503, "Service Unavailable"),
            Map.entry(505, "HTTP Version Not Supported"));

    /** What becomes of the connection after an answer. */
    enum After {
        /** As is understood in HTTP/1.1. */
        NEXT(""),
        /** As must be said in HTTP/1.0. */
        NEXT_SAID("Connection: keep-alive\r\n"),
        CLOSE("Connection: close\r\n");

        private final String ending;

        After(String header) {
            this.ending = header + "\r\n";
        }
    }

    private HttpAnswers() {}

    /** The head of an answer without a body, to which headers may be added. */
    static String head(int status) {
        return statusLine(status)
                + "Content-Length: 0\r\nCache-Control: no-store\r\n"
                + (status == 405 ? "Allow: GET, HEAD\r\n" : "");
    }

    static void writeHead(ByteBuf out, int status) {
        out.writeCharSequence(head(status), US_ASCII);
    }

    /** @param withBody false for {@code HEAD} */
    static void writePage(ByteBuf out, HttpPage page, boolean withBody, After after) {
        out.writeCharSequence(
                statusLine(page.status()) + "Content-Type: " + page.contentType() + "\r\nContent-Length: "
                        + page.body().length + "\r\nCache-Control: no-store\r\n",
                US_ASCII);
        writeEnd(out, after);
        if (withBody) {
            out.writeBytes(page.body());
        }
    }

    /** Ends the headers. */
    static void writeEnd(ByteBuf out, After after) {
        out.writeCharSequence(after.ending, US_ASCII);
    }

    private static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + Objects.requireNonNull(PHRASES.get(status)) + "\r\n";
    }
}
