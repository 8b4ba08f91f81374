package dev.signet.authority.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where requests of one method and kind of path go.
 *
 * @param segments of the path; one in braces stands for anything
 * @param turn when the endpoint has its turn
 */
public record Route(String method, List<String> segments, Endpoint endpoint, Turn turn) {
    /** When a request is answered, where there are more than can be answered at a time. */
    public enum Turn {
        /** At once: the endpoint waits for nothing, so that it answers whatever becomes of the store. */
        FROM_MEMORY,
        /** Whatever else is asked: it says how this process is. */
        CONDITION,
        /** Before others: it ends something that somebody may hold. */
        REVOCATION,
        USUAL
    }

    /** Of a route for what no other route leads to. */
    private static final String ANY = "*";

    /** @param path such as {@code /v1/organizations/{organizationId}} */
    public static Route of(String method, String path, Endpoint endpoint) {
        return of(method, path, Turn.USUAL, endpoint);
    }

    public static Route of(String method, String path, Turn turn, Endpoint endpoint) {
        return new Route(method, split(path), endpoint, turn);
    }

    /** The same where the endpoint answers at once, from what is in memory. */
    public static Route fromMemory(String method, String path, Endpoint endpoint) {
        return of(method, path, Turn.FROM_MEMORY, endpoint);
    }

    /**
     * What is said of paths that begin like this and that no route of any method has.
     *
     * @param prefix whole segments, such as {@code /v1}
     */
    public static Route otherwise(String prefix, Endpoint endpoint) {
        return of(ANY, prefix, endpoint);
    }

    /** Whether it is but for what no other route leads to. */
    public boolean isOtherwise() {
        return method.equals(ANY);
    }

    static List<String> split(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    /** As it was given. */
    public String path() {
        return segments.stream().collect(Collectors.joining("/", "/", ""));
    }

    /** The names in the path. */
    public List<String> variables() {
        return segments.stream()
                .filter(Route::isVariable)
                .flatMap(each -> Stream.of(name(each)))
                .toList();
    }

    /** What stands in place of the names; null where the path is another. */
    @Nullable
    Map<String, String> match(List<String> path) {
        if (isOtherwise() ? path.size() < segments.size() : path.size() != segments.size()) {
            return null;
        }
        Map<String, String> variables = new HashMap<>();
        for (int index = 0; index < segments.size(); index++) {
            String segment = segments.get(index);
            if (isVariable(segment)) {
                variables.put(name(segment), path.get(index));
            } else if (!segment.equals(path.get(index))) {
                return null;
            }
        }
        return variables;
    }

    private static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    private static String name(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
