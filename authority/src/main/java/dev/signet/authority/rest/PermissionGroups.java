package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.signet.authority.http.HttpReply;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.verifier.trust.Roles;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The permissions that there are, in groups by what they are about. */
final class PermissionGroups {
    private static final Set<String> SCOPES = new TreeSet<>(Set.of("ORGANIZATION", "WORKSPACE", "DEPLOYMENT"));

    /** The actions of each group, such as {@code get} of {@code deployment.airflow.dag}. */
    private final Map<String, Set<String>> actionsByGroup = new TreeMap<>();

    PermissionGroups(Roles builtIn) {
        builtIn.permissions()
                .values()
                .forEach(permissions -> permissions.forEach(permission -> {
                    int dot = permission.lastIndexOf('.');
                    actionsByGroup
                            .computeIfAbsent(permission.substring(0, dot), group -> new TreeSet<>())
                            .add(permission.substring(dot + 1));
                }));
    }

    /** For whoever has a token that is good. */
    HttpReply list(RestRequest request) {
        String scope = Query.of(request.http(), Set.of("scopeType")).word("scopeType", SCOPES);
        var unused = TokenResources.tokens(request).whoAmI(WhoAmIRequest.getDefaultInstance());
        JsonArray groups = new JsonArray();
        actionsByGroup.forEach((name, actions) -> {
            JsonObject group = group(name, actions);
            if (scope == null || group.get("scope").getAsString().equals(scope)) {
                groups.add(group);
            }
        });
        return HttpReply.json(200, groups);
    }

    private static JsonObject group(String name, Set<String> actions) {
        int dot = name.indexOf('.');
        JsonObject group = new JsonObject();
        group.addProperty("name", name);
        String scope = (dot < 0 ? name : name.substring(0, dot)).toUpperCase(Locale.ROOT);
        // What is of no level, such as watching the trust state, is about the whole organization wherever it is held.
        group.addProperty("scope", SCOPES.contains(scope) ? scope : "ORGANIZATION");
        group.addProperty("description", "What may be done to " + name);
        JsonArray permissions = new JsonArray();
        for (String action : actions) {
            JsonObject permission = new JsonObject();
            permission.addProperty("action", action);
            permission.addProperty("description", name + "." + action);
            permissions.add(permission);
        }
        group.add("permissions", permissions);
        return group;
    }
}
