package dev.signet.authority.rest;

import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.http.Parameters;
import dev.signet.verifier.token.IdType;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a list is asked for. A parameter that is not known is refused: passed over, it would give another list. */
final class Query {
    private static final int DEFAULT_LIMIT = 20;
    private static final int LARGEST_LIMIT = 1_000;

    private final Parameters parameters;

    private Query(Parameters parameters) {
        this.parameters = parameters;
    }

    static Query of(HttpRequest request, Set<String> known) {
        Parameters parameters = Parameters.of(request.query());
        for (String name : parameters.names()) {
            if (!known.contains(name)) {
                throw RestError.unknown(name);
            }
        }
        return new Query(parameters);
    }

    int offset() {
        return number("offset", 0, Integer.MAX_VALUE, 0);
    }

    int limit() {
        return number("limit", 0, LARGEST_LIMIT, DEFAULT_LIMIT);
    }

    List<String> sorts() {
        return parameters.all("sorts");
    }

    boolean flag(String name) {
        String value = parameters.optional(name);
        if (value == null || value.equals("false")) {
            return false;
        }
        if (value.equals("true")) {
            return true;
        }
        throw RestError.invalid(name, "must be true or false");
    }

    /** One of a few words; null where it was not sent. */
    @Nullable
    String word(String name, Set<String> words) {
        String value = parameters.optional(name);
        if (value != null && !words.contains(value)) {
            throw RestError.invalid(name, "must be one of " + String.join(", ", words));
        }
        return value;
    }

    /** Some of a few words; all of them where none was sent. */
    Set<String> words(String name, Set<String> words) {
        List<String> values = parameters.all(name);
        for (String value : values) {
            if (!words.contains(value)) {
                throw RestError.invalid(name, "must be of " + String.join(", ", words));
            }
        }
        return values.isEmpty() ? words : Set.copyOf(values);
    }

    /** Null where it was not sent. */
    @Nullable
    String id(String name, IdType type) {
        String value = parameters.optional(name);
        if (value != null && !type.matches(value)) {
            throw RestError.invalid(name, "must be an id such as " + type.start() + "…");
        }
        return value;
    }

    private int number(String name, int least, int most, int otherwise) {
        String value = parameters.optional(name);
        if (value == null) {
            return otherwise;
        }
        if (value.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw RestError.invalid(
                name, most == Integer.MAX_VALUE ? "must be from 0 on" : "must be from " + least + " to " + most);
    }
}
