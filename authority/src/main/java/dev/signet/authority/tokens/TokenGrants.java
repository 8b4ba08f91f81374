package dev.signet.authority.tokens;

import dev.signet.authority.access.RoleCatalogue;
import dev.signet.authority.errors.Refusal;
import dev.signet.verifier.token.Grants;
import dev.signet.verifier.token.ResourcePath;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which roles a token may hold together: one on its own resource, and at most one on each resource below. */
final class TokenGrants {
    private static final String FIELD = "token.grants";

    private TokenGrants() {}

    /** What a new token is to hold: a deployment's token is its administrator where nothing is said. */
    static Map<ResourcePath, String> orDefault(ResourcePath own, Map<ResourcePath, String> wanted) {
        return own.deployment() != null && wanted.isEmpty() ? Map.of(own, RoleCatalogue.DEPLOYMENT_ADMIN) : wanted;
    }

    /**
     * Orders the wanted roles by resource, parents first.
     *
     * @throws Refusal where they do not fit the token's scope
     */
    static SortedMap<ResourcePath, String> of(ResourcePath own, Map<ResourcePath, String> wanted) {
        SortedMap<ResourcePath, String> grants = new TreeMap<>(Comparator.comparing(ResourcePath::name));
        grants.putAll(wanted);
        if (!grants.containsKey(own)) {
            throw Refusal.invalid(FIELD, "must hold exactly one role on the token's own resource, " + own.name());
        }
        for (ResourcePath resource : grants.keySet()) {
            if (!resource.equals(own)) {
                requireBelow(FIELD, own, resource);
            }
        }
        return grants;
    }

    /** Sees that a resource lies below the token's own. */
    static void requireBelow(String field, ResourcePath own, ResourcePath resource) {
        if (!resource.name().startsWith(own.name() + "/")) {
            throw Refusal.invalid(field, "must lie below the token's own resource, " + own.name());
        }
    }

    /** The roles as they are kept. */
    static Grants toGrants(Map<ResourcePath, String> grants) {
        Map<String, List<String>> byResource = new HashMap<>();
        grants.forEach((resource, role) -> byResource.put(resource.id(), List.of(role)));
        return new Grants(byResource);
    }

    /** The grants with another role on one resource. */
    static Grants with(Grants grants, ResourcePath resource, String role) {
        Map<String, List<String>> byResource = new HashMap<>(grants.byResource());
        byResource.put(resource.id(), List.of(role));
        return new Grants(byResource);
    }

    /** The grants without those on one resource. */
    static Grants without(Grants grants, ResourcePath resource) {
        Map<String, List<String>> byResource = new HashMap<>(grants.byResource());
        byResource.remove(resource.id());
        return new Grants(byResource);
    }
}
