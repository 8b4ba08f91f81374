package dev.signet.verifier.grpc;

import io.grpc.Metadata;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The {@code authorization} header with a bearer token (RFC 6750 section 2.1). */
final class Authorization {
    static final Metadata.Key<String> KEY = Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final String SCHEME = "Bearer ";

    private Authorization() {}

    static Metadata headers(String token) {
        Metadata headers = new Metadata();
        headers.put(KEY, SCHEME + token);
        return headers;
    }

    /** The one bearer token, whatever it may be worth; null where there is none, or more than one header. */
    static @Nullable String bearer(Metadata headers) {
        Iterable<String> values = headers.getAll(KEY);
        if (values == null) {
            return null;
        }
        Iterator<String> each = values.iterator();
        String value = each.next();
        if (each.hasNext() || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        int start = SCHEME.length();
        while (start < value.length() && value.charAt(start) == ' ') {
            start++;
        }
        return value.substring(start);
    }
}
