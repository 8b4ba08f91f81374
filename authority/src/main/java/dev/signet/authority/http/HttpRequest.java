package dev.signet.authority.http;

import dev.signet.authority.trace.TraceContext;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * A request, read whole.
 *
 * @param method in capitals
 * @param path with its escapes undone
 * @param variables what stands in the path where its route has names
 * @param query what follows the question mark, as it was sent; empty where nothing does
 * @param headers may hold a credential
 * @param body may hold a credential
 * @param address where the client is
 */
public record HttpRequest(
        String method,
        String path,
        Map<String, String> variables,
        String query,
        HttpFields headers,
        String body,
        String address) {

    /** The same, as its route reads the path. */
    HttpRequest along(Map<String, String> variables) {
        return new HttpRequest(method, path, variables, query, headers, body, address);
    }

    /** What stands in the path in place of a name that the route has. */
    public String variable(String name) {
        return Objects.requireNonNull(variables.get(name), name);
    }

    /**
     * The one value of a header.
     *
     * @return null where it was not sent
     * @throws BadForm where it was sent twice
     */
    public @Nullable String header(String name) {
        List<HttpField> fields = headers.getFields(name);
        if (fields.size() > 1) {
            throw new BadForm(name, "was sent more than once");
        }
        return fields.isEmpty() ? null : fields.get(0).getValue();
    }

    /** The trace that the request belongs to, or null. */
    @Nullable
    TraceContext trace() {
        List<HttpField> fields = headers.getFields(TraceContext.HEADER);
        return fields.size() == 1 ? TraceContext.of(fields.get(0).getValue()) : null;
    }

    /**
     * Whether a header lists this entity tag, strong or weak, or any by {@code *}: the weak comparison of RFC 9110 section
     * 8.8.3.2.
     *
     * @param tag in its quotes, without a comma between them
     */
    public boolean names(String header, String tag) {
        return headers.getFields(header).stream()
                .flatMap(field -> Stream.of(field.getValue().split(",", -1)))
                .map(String::strip)
                .anyMatch(each -> each.equals("*") || each.equals(tag) || each.equals("W/" + tag));
    }

    /** Neither headers, query nor body, in which secrets may be. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
