package dev.signet.authority.rest;

import dev.signet.v1.Grant;
import dev.signet.v1.Token;
import dev.signet.verifier.token.IdType;
import java.util.List;
import java.util.Objects;

/** What a token is to be, as clients say it. */
final class WantedToken {
    private WantedToken() {}

    static Token of(Body body, RestRequest request) {
        Token.Builder token = Token.newBuilder()
                .setDisplayName(body.requiredText("name"))
                .setDescription(Objects.requireNonNullElse(body.text("description"), ""));
        String scope = scope(body);
        String entity = entity(body, scope, request.organizationId());
        String role = body.text("role");
        if (role == null && !scope.equals("DEPLOYMENT")) {
            throw RestError.required("role");
        }
        if (role != null) {
            token.addGrants(Grant.newBuilder().setResource(entity).setRole(role));
        }
        Integer days = body.number("tokenExpiryPeriodInDays");
        if (days != null) {
            token.setExpiryPeriodDays(days);
        }
        String kind = body.text("kind");
        if (kind != null && !kind.equals("STANDARD")) {
            throw RestError.invalid("kind", "must be STANDARD: every token is verified where it is used");
        }
        body.end();
        return token.setResource(
                        switch (scope) {
                            case "ORGANIZATION" -> request.organization();
                            case "WORKSPACE" -> request.organization() + "/workspaces/" + entity;
                            default -> request.organization() + "/workspaces/-/deployments/" + entity;
                        })
                .build();
    }

    /** All the roles that a token is to hold. */
    static List<Grant> grants(Body body) {
        List<Body> roles = body.requiredObjects("roles");
        if (roles.isEmpty()) {
            throw RestError.invalid("roles", "must hold at least one role");
        }
        return roles.stream().map(WantedToken::grant).toList();
    }

    private static Grant grant(Body body) {
        String type = body.requiredText("entityType");
        IdType idType = idType(body.field("entityType"), type);
        String id = body.requiredText("entityId");
        requireId(body.field("entityId"), idType, id);
        String role = body.requiredText("role");
        body.end();
        return Grant.newBuilder().setResource(id).setRole(role).build();
    }

    /** By its name in this version of the API, or in the one before. */
    private static String scope(Body body) {
        String scope = body.text("scope");
        String type = body.text("type");
        if (scope == null && type == null) {
            throw RestError.required("scope");
        }
        if (scope != null && type != null && !scope.equals(type)) {
            throw RestError.invalid("type", "is the older name of scope, and differs from it");
        }
        String either = scope == null ? Objects.requireNonNull(type) : scope;
        idType(scope == null ? "type" : "scope", either);
        return either;
    }

    private static String entity(Body body, String scope, String organizationId) {
        String id = body.text("entityId");
        if (scope.equals("ORGANIZATION")) {
            if (id != null && !id.equals(organizationId)) {
                throw RestError.invalid("entityId", "must be the organization of the path, or left out");
            }
            return organizationId;
        }
        if (id == null) {
            throw RestError.required("entityId");
        }
        requireId("entityId", idType("scope", scope), id);
        return id;
    }

    private static IdType idType(String field, String scope) {
        return switch (scope) {
            case "ORGANIZATION" -> IdType.ORGANIZATION;
            case "WORKSPACE" -> IdType.WORKSPACE;
            case "DEPLOYMENT" -> IdType.DEPLOYMENT;
            default -> throw RestError.invalid(field, "must be ORGANIZATION, WORKSPACE or DEPLOYMENT");
        };
    }

    private static void requireId(String field, IdType type, String id) {
        if (!type.matches(id)) {
            throw RestError.invalid(field, "must be an id such as " + type.start() + "…");
        }
    }
}
