package dev.signet.authority.rest;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.FieldMask;
import dev.signet.authority.http.HttpReply;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.CreateRoleResponse;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.GetRoleRequest;
import dev.signet.v1.ListRolesRequest;
import dev.signet.v1.ListRolesResponse;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.RoleServiceGrpc.RoleServiceBlockingStub;
import dev.signet.v1.UpdateRoleRequest;
import dev.signet.v1.UpdateRoleResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Custom roles, and a list of the built-in ones. */
final class RoleResources {
    /** What requests call the service's fields. */
    static final Map<String, String> FIELDS = Map.of(
            "role.display_name", "name",
            "role.description", "description",
            "role.permissions", "permissions",
            "role.restricted_workspaces", "restrictedWorkspaceIds");

    private static final String DEPLOYMENT = "DEPLOYMENT";
    private static final Set<String> SCOPES = new TreeSet<>(Set.of("ORGANIZATION", "WORKSPACE", DEPLOYMENT));
    private static final String BUILT_IN = "roles/";
    private static final Map<String, Comparator<Role>> KEYS = Map.of(
            "name", Comparator.comparing(Role::getDisplayName),
            "description", Comparator.comparing(Role::getDescription),
            "createdAt", Comparator.comparing(role -> Json.instant(role.getCreateTime())),
            "updatedAt", Comparator.comparing(role -> Json.instant(role.getUpdateTime())));

    private RoleResources() {}

    static HttpReply create(RestRequest request) {
        Body body = request.body();
        Role.Builder role = Role.newBuilder()
                .setDisplayName(body.requiredText("name"))
                .setDescription(Objects.requireNonNullElse(body.text("description"), ""))
                .addAllPermissions(body.requiredTexts("permissions"))
                .addAllRestrictedWorkspaces(
                        Objects.requireNonNullElse(body.texts("restrictedWorkspaceIds"), List.of()));
        String scope = body.text("scopeType");
        if (scope != null && !scope.equals(DEPLOYMENT)) {
            throw RestError.invalid("scopeType", "must be DEPLOYMENT");
        }
        body.end();
        CreateRoleResponse created = roles(request)
                .createRole(CreateRoleRequest.newBuilder()
                        .setParent(request.organization())
                        .setRole(role)
                        .build());
        return reply(created.getRole()).certainBy(Json.certainBy(created.getPropagation()));
    }

    static HttpReply get(RestRequest request) {
        return reply(roles(request)
                .getRole(GetRoleRequest.newBuilder().setName(name(request)).build())
                .getRole());
    }

    static HttpReply list(RestRequest request) {
        Query query = Query.of(request.http(), Set.of("includeDefaultRoles", "scopeTypes", "offset", "limit", "sorts"));
        Set<String> scopes = query.words("scopeTypes", SCOPES);
        boolean withBuiltIn = query.flag("includeDefaultRoles");
        ListRolesRequest.Builder wanted = ListRolesRequest.newBuilder()
                .setParent(request.organization())
                .setPageSize(Listing.PAGE_SIZE)
                .setIncludeBuiltIn(withBuiltIn);
        RoleServiceBlockingStub roles = roles(request);
        List<Role> custom = new ArrayList<>();
        JsonArray builtIn = new JsonArray();
        for (Role role : Listing.all(pageToken -> {
            ListRolesResponse page =
                    roles.listRoles(wanted.setPageToken(pageToken).build());
            return new Listing.Page<>(page.getRolesList(), page.getNextPageToken());
        })) {
            if (!role.getName().startsWith(BUILT_IN)) {
                if (scopes.contains(DEPLOYMENT)) {
                    custom.add(role);
                }
            } else if (scopes.contains(Json.scopeOf(role.getDisplayName()))) {
                builtIn.add(Json.builtInRole(role));
            }
        }
        JsonObject answer = Listing.part("roles", query, custom, KEYS, Json::role);
        if (withBuiltIn) {
            answer.add("defaultRoles", builtIn);
        }
        return HttpReply.json(200, answer);
    }

    static HttpReply update(RestRequest request) {
        Body body = request.body();
        Role.Builder role = Role.newBuilder()
                .setName(name(request))
                .setEtag(request.expectedEtag())
                .setDisplayName(body.requiredText("name"))
                .addAllPermissions(body.requiredTexts("permissions"));
        FieldMask.Builder mask = FieldMask.newBuilder().addPaths("display_name").addPaths("permissions");
        String description = body.text("description");
        if (description != null) {
            role.setDescription(description);
            mask.addPaths("description");
        }
        List<String> workspaces = body.texts("restrictedWorkspaceIds");
        if (workspaces != null) {
            role.addAllRestrictedWorkspaces(workspaces);
            mask.addPaths("restricted_workspaces");
        }
        body.end();
        UpdateRoleResponse updated = roles(request)
                .updateRole(UpdateRoleRequest.newBuilder()
                        .setRole(role)
                        .setUpdateMask(mask)
                        .build());
        return reply(updated.getRole()).certainBy(Json.certainBy(updated.getPropagation()));
    }

    static HttpReply delete(RestRequest request) {
        return HttpReply.empty(204)
                .certainBy(Json.certainBy(roles(request)
                        .deleteRole(DeleteRoleRequest.newBuilder()
                                .setName(name(request))
                                .build())
                        .getPropagation()));
    }

    private static RoleServiceBlockingStub roles(RestRequest request) {
        return RoleServiceGrpc.newBlockingStub(request.services());
    }

    private static String name(RestRequest request) {
        return request.inOrganization("roles", "roleId");
    }

    private static HttpReply reply(Role role) {
        return HttpReply.json(200, Json.role(role)).with("ETag", "\"" + role.getEtag() + "\"");
    }
}
