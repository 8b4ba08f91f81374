package dev.signet.authority.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids along the path of one resource, as far as they are known. */
final class ResourceIds {
    /** Any workspace: the API finds a deployment's by itself. */
    static final String ANY = "-";

    private final EnumMap<Level, String> ids = new EnumMap<>(Level.class);

    /** Reads a bare id or a full name. */
    static ResourceIds parse(Level level, String text) {
        ResourceIds parsed = new ResourceIds();
        String[] segments = text.split("/", -1);
        if (segments.length == 1) {
            parsed.put(level, text);
            return parsed;
        }
        List<Level> path = level.path();
        if (segments.length != 2 * path.size()) {
            throw malformed(level, text);
        }
        for (int index = 0; index < path.size(); index++) {
            if (!segments[2 * index].equals(path.get(index).collection())) {
                throw malformed(level, text);
            }
            parsed.put(path.get(index), segments[2 * index + 1]);
        }
        return parsed;
    }

    @Nullable
    String get(Level level) {
        return ids.get(level);
    }

    /** Adds what another path says; two different ids for one level contradict each other. */
    void merge(ResourceIds other) {
        for (Map.Entry<Level, String> entry : other.ids.entrySet()) {
            String known = ids.get(entry.getKey());
            if (known == null || known.equals(ANY)) {
                ids.put(entry.getKey(), entry.getValue());
            } else if (!known.equals(entry.getValue()) && !entry.getValue().equals(ANY)) {
                throw Failure.usage(
                        "two different " + entry.getKey().collection() + ": " + known + " and " + entry.getValue());
            }
        }
    }

    /** Adds what another path says where nothing is known yet. */
    void complete(ResourceIds other) {
        other.ids.forEach(ids::putIfAbsent);
    }

    private void put(Level level, String id) {
        boolean any = level == Level.WORKSPACE && id.equals(ANY);
        if (!any && !id.matches(level.prefix() + "[0-9a-z]+")) {
            throw malformed(level, id);
        }
        ids.put(level, id);
    }

    private static Failure malformed(Level level, String text) {
        return Failure.usage("not the id of " + level.article() + " " + level.noun() + ", which is " + level.prefix()
                + "… or a full name: " + text);
    }
}
