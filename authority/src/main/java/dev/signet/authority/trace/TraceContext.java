package dev.signet.authority.trace;

import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The trace of a request, as its caller names it in {@code traceparent} (W3C Trace Context, section 3.2). Nothing is
 * traced here; the id stands in the log lines of the request.
 *
 * @param traceId 32 digits of base 16 in small letters, not all of them zero
 */
public record TraceContext(String traceId) {
    /** The header, in HTTP and in the metadata of gRPC alike. */
    public static final String HEADER = "traceparent";

    /** Where log lines find the id. */
    public static final String LOGGED = "trace";

    /** What a later version appends is for those who know it. */
    private static final Pattern TRACEPARENT = Pattern.compile(
            "(?!ff)(?<version>[0-9a-f]{2})-(?!0{32})(?<id>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?<more>-.*)?");

    private static final int LONGEST = 512;

    /** What a header says; null where it was not sent, or says nothing that the specification lets one go on with. */
    public static @Nullable TraceContext of(@Nullable String header) {
        if (header == null || header.length() > LONGEST) {
            return null;
        }
        Matcher read = TRACEPARENT.matcher(header);
        if (!read.matches() || (read.group("version").equals("00") && read.group("more") != null)) {
            return null;
        }
        return new TraceContext(read.group("id"));
    }

    /** Does some work on this thread; what it logs bears the id. */
    public <T extends @Nullable Object> T logged(Supplier<T> work) {
        String before = MDC.get(LOGGED);
        MDC.put(LOGGED, traceId);
        try {
            return work.get();
        } finally {
            if (before == null) {
                MDC.remove(LOGGED);
            } else {
                MDC.put(LOGGED, before);
            }
        }
    }
}
