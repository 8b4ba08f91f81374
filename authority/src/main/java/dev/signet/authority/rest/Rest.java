package dev.signet.authority.rest;

import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.Route;
import dev.signet.verifier.trust.Roles;
import java.util.List;
import java.util.Map;

/** The paths of the API in the shape of Astro's. */
public final class Rest {
    private static final String ORGANIZATION = "/v1/organizations/{organizationId}";
    private static final String TOKENS = ORGANIZATION + "/tokens";
    private static final String TOKEN = TOKENS + "/{tokenId}";
    private static final String ROTATE = "/rotate";
    private static final String ROLES = ORGANIZATION + "/roles";
    private static final String ROLE = ROLES + "/{roleId}";
    private static final String KEYS = ORGANIZATION + "/deployments/{deploymentId}/agent-tokens";
    private static final String KEY = KEYS + "/{agentTokenId}";

    private final LocalServer services;

    private Rest(LocalServer services) {
        this.services = services;
    }

    /**
     * What is served where.
     *
     * @param builtIn whose permissions are all that there are
     */
    public static List<Route> routes(LocalServer services, Roles builtIn) {
        return new Rest(services).routes(new PermissionGroups(builtIn));
    }

    private List<Route> routes(PermissionGroups permissions) {
        return List.of(
                route("GET", TOKENS, TokenResources.FIELDS, TokenList::list),
                route("POST", TOKENS, TokenResources.FIELDS, TokenResources::create),
                route("GET", TOKEN, TokenResources.FIELDS, TokenResources::get),
                route("POST", TOKEN, TokenResources.FIELDS, TokenResources::update),
                route("DELETE", TOKEN, TokenResources.FIELDS, TokenResources::delete),
                route("POST", TOKEN + "/roles", TokenResources.ROLES_FIELDS, TokenResources::replaceRoles),
                route("POST", TOKEN + ROTATE, TokenResources.FIELDS, TokenResources::rotate),
                route("GET", ROLES, RoleResources.FIELDS, RoleResources::list),
                route("POST", ROLES, RoleResources.FIELDS, RoleResources::create),
                route("GET", ROLE, RoleResources.FIELDS, RoleResources::get),
                route("POST", ROLE, RoleResources.FIELDS, RoleResources::update),
                route("DELETE", ROLE, RoleResources.FIELDS, RoleResources::delete),
                route("GET", KEYS, ApiKeyResources.FIELDS, ApiKeyResources::list),
                route("POST", KEYS, ApiKeyResources.FIELDS, ApiKeyResources::create),
                route("GET", KEY, ApiKeyResources.FIELDS, ApiKeyResources::get),
                route("POST", KEY, ApiKeyResources.FIELDS, ApiKeyResources::update),
                route("DELETE", KEY, ApiKeyResources.FIELDS, ApiKeyResources::delete),
                route("GET", "/v1/authorization/permission-groups", Map.of(), permissions::list),
                Route.of("GET", "/v1/openapi.json", new OpenApi()),
                Route.otherwise("/v1", RestDoor::nowhere));
    }

    private Route route(String method, String path, Map<String, String> fields, RestDoor.Resource resource) {
        boolean ends = method.equals("DELETE") || path.endsWith(ROTATE);
        return Route.of(
                method,
                path,
                ends ? Route.Turn.REVOCATION : Route.Turn.USUAL,
                new RestDoor(services, fields, resource));
    }
}
