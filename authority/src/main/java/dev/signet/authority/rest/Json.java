package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.Timestamp;
import dev.signet.v1.ApiKey;
import dev.signet.v1.Grant;
import dev.signet.v1.Propagation;
import dev.signet.v1.Role;
import dev.signet.v1.Token;
import dev.signet.verifier.token.IdType;
import java.time.Instant;
import java.util.List;

/** The services' messages as objects of this API. None of them holds a value or a secret. */
final class Json {
    private static final int SHORT_TOKEN = 8;

    private Json() {}

    static JsonObject token(Token token) {
        JsonObject object = named(
                token.getName(),
                token.getDisplayName(),
                token.getDescription(),
                token.getCreateTime(),
                token.getUpdateTime());
        String id = id(token.getName());
        scope(object, token.getScope().name().substring("SCOPE_".length()));
        object.addProperty("shortToken", shortToken(id));
        object.addProperty("startAt", time(startOf(token)));
        if (token.hasExpiryPeriodDays()) {
            object.addProperty("expiryPeriodInDays", token.getExpiryPeriodDays());
        }
        if (token.hasExpireTime()) {
            object.addProperty("endAt", time(token.getExpireTime()));
        }
        if (token.hasLastRotatedTime()) {
            object.addProperty("lastRotatedAt", time(token.getLastRotatedTime()));
        }
        if (token.hasLastUsedTime()) {
            object.addProperty("lastUsedAt", time(token.getLastUsedTime()));
        }
        object.add("createdBy", subject(token.getCreatedBy()));
        object.add("roles", roles(token.getGrantsList()));
        return object;
    }

    /** An API key as a token without an end that is its deployment's administrator. */
    static JsonObject apiKey(ApiKey key) {
        JsonObject object = named(
                key.getName(), key.getDisplayName(), key.getDescription(), key.getCreateTime(), key.getUpdateTime());
        String[] segments = key.getName().split("/", -1);
        scope(object, "DEPLOYMENT");
        object.addProperty("shortToken", shortToken(id(key.getName())));
        object.addProperty("startAt", time(key.getCreateTime()));
        if (key.hasLastUsedTime()) {
            object.addProperty("lastUsedAt", time(key.getLastUsedTime()));
        }
        object.add("createdBy", subject(key.getCreatedBy()));
        object.add(
                "roles",
                roles(List.of(Grant.newBuilder()
                        .setResource(segments[segments.length - 3])
                        .setRole("DEPLOYMENT_ADMIN")
                        .build())));
        object.addProperty("disabled", key.getDisabled());
        return object;
    }

    static JsonObject role(Role role) {
        JsonObject object = named(
                role.getName(),
                role.getDisplayName(),
                role.getDescription(),
                role.getCreateTime(),
                role.getUpdateTime());
        object.addProperty("scopeType", "DEPLOYMENT");
        object.add("permissions", array(role.getPermissionsList()));
        object.add("restrictedWorkspaceIds", array(role.getRestrictedWorkspacesList()));
        object.add("createdBy", subject(""));
        return object;
    }

    static JsonObject builtInRole(Role role) {
        String name = id(role.getName());
        JsonObject object = new JsonObject();
        object.addProperty("name", name);
        object.addProperty("scopeType", scopeOf(name));
        object.add("permissions", array(role.getPermissionsList()));
        return object;
    }

    /** To which level a built-in role belongs. */
    static String scopeOf(String role) {
        return role.substring(0, role.indexOf('_'));
    }

    static JsonObject subjectRoles(List<Grant> grants) {
        JsonObject object = new JsonObject();
        JsonArray workspaces = new JsonArray();
        JsonArray deployments = new JsonArray();
        for (Grant grant : grants) {
            switch (entityType(grant.getResource())) {
                case "ORGANIZATION" -> object.addProperty("organizationRole", grant.getRole());
                case "WORKSPACE" -> workspaces.add(held("workspaceId", grant));
                default -> deployments.add(held("deploymentId", grant));
            }
        }
        object.add("workspaceRoles", workspaces);
        object.add("deploymentRoles", deployments);
        object.add("dagRoles", new JsonArray());
        return object;
    }

    /** When the present value began to be good. */
    static Timestamp startOf(Token token) {
        return token.hasLastRotatedTime() ? token.getLastRotatedTime() : token.getCreateTime();
    }

    static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    /** When a change is certain to hold everywhere. */
    static Instant certainBy(Propagation propagation) {
        return instant(propagation.getCertainBy());
    }

    /** The bare id at the end of a resource name. */
    static String id(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static JsonObject named(
            String name, String displayName, String description, Timestamp created, Timestamp updated) {
        JsonObject object = new JsonObject();
        object.addProperty("id", id(name));
        object.addProperty("name", displayName);
        object.addProperty("description", description);
        object.addProperty("createdAt", time(created));
        object.addProperty("updatedAt", time(updated));
        // Only the audit log knows; clients of old take it for granted that there is somebody.
        object.add("updatedBy", subject(""));
        return object;
    }

    /** By its name in this version of the API and in the one before. */
    private static void scope(JsonObject object, String scope) {
        object.addProperty("scope", scope);
        object.addProperty("type", scope);
        object.addProperty("kind", "STANDARD");
    }

    /**
     * By what people tell tokens apart: the end of the id, which is random, and is the end of the {@code sub} claim too.
     * It is no part of the value's signature, nor of anything else that is secret.
     */
    private static String shortToken(String id) {
        return id.substring(id.length() - SHORT_TOKEN);
    }

    /** As far as is known, which is the id; empty where not even that is. */
    private static JsonObject subject(String name) {
        String id = id(name);
        JsonObject object = new JsonObject();
        object.addProperty("id", id);
        if (!id.isEmpty()) {
            object.addProperty("subjectType", IdType.USER.matches(id) ? "USER" : "SERVICEKEY");
        }
        return object;
    }

    private static JsonArray roles(List<Grant> grants) {
        JsonArray roles = new JsonArray();
        for (Grant grant : grants) {
            JsonObject role = new JsonObject();
            role.addProperty("entityType", entityType(grant.getResource()));
            role.addProperty("entityId", grant.getResource());
            role.addProperty("role", grant.getRole());
            roles.add(role);
        }
        return roles;
    }

    private static JsonObject held(String idField, Grant grant) {
        JsonObject object = new JsonObject();
        object.addProperty(idField, grant.getResource());
        object.addProperty("role", grant.getRole());
        return object;
    }

    private static String entityType(String id) {
        if (IdType.ORGANIZATION.matches(id)) {
            return "ORGANIZATION";
        }
        return IdType.WORKSPACE.matches(id) ? "WORKSPACE" : "DEPLOYMENT";
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }

    private static String time(Timestamp time) {
        return instant(time).toString();
    }
}
