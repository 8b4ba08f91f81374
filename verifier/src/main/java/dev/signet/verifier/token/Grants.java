package dev.signet.verifier.token;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The roles that a subject holds, by the bare id of the resource.
 *
 * @param byResource never changes
 */
public record Grants(Map<String, List<String>> byResource) {
    public static final Grants NONE = new Grants(Map.of());

    public Grants {
        Map<String, List<String>> copy = new HashMap<>(byResource);
        copy.replaceAll((resource, roles) -> List.copyOf(roles));
        byResource = Map.copyOf(copy);
    }

    public static Grants of(String resource, String role) {
        return new Grants(Map.of(resource, List.of(role)));
    }

    /** The roles held directly on one resource, empty where there are none. */
    public List<String> on(String resource) {
        return byResource.getOrDefault(resource, List.of());
    }

    public boolean isEmpty() {
        return byResource.isEmpty();
    }
}
