package dev.signet.authority.grpc;

import static dev.signet.authority.grpc.CallerGate.call;
import static dev.signet.authority.grpc.Wire.answer;

import com.google.protobuf.FieldMask;
import dev.signet.authority.access.CustomRoles;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StoredRole;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.CreateRoleResponse;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.DeleteRoleResponse;
import dev.signet.v1.GetRoleRequest;
import dev.signet.v1.GetRoleResponse;
import dev.signet.v1.ListRolesRequest;
import dev.signet.v1.ListRolesResponse;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.UpdateRoleRequest;
import dev.signet.v1.UpdateRoleResponse;
import dev.signet.verifier.trust.CustomRole;
import dev.signet.verifier.trust.Roles;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code RoleService}: requests to {@link CustomRoles} and back. */
public final class RoleGrpc extends RoleServiceGrpc.RoleServiceImplBase {
    private static final Set<String> CHANGEABLE =
            Set.of("display_name", "description", "permissions", "restricted_workspaces");

    private final CustomRoles roles;
    private final Roles builtIn;
    private final ChangeAnswers changes;

    public RoleGrpc(CustomRoles roles, Roles builtIn, ChangeAnswers changes) {
        this.roles = roles;
        this.builtIn = builtIn;
        this.changes = changes;
    }

    @Override
    public void createRole(CreateRoleRequest request, StreamObserver<CreateRoleResponse> response) {
        Role wanted = request.getRole();
        String organization = Names.organization("parent", request.getParent()).organization();
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<StoredRole> created = roles.create(
                call(),
                organization,
                wanted.getDisplayName(),
                wanted.getDescription(),
                new CustomRole(
                        Set.copyOf(wanted.getPermissionsList()), Set.copyOf(wanted.getRestrictedWorkspacesList())));
        changes.answer(
                response,
                organization,
                created,
                wait,
                propagation -> CreateRoleResponse.newBuilder()
                        .setRole(Wire.role(created.value()))
                        .setPropagation(propagation)
                        .build());
    }

    @Override
    public void getRole(GetRoleRequest request, StreamObserver<GetRoleResponse> response) {
        Names.InOrganization name = Names.role("name", request.getName());
        StoredRole role = roles.get(call(), name.organization(), name.id());
        answer(response, GetRoleResponse.newBuilder().setRole(Wire.role(role)).build());
    }

    @Override
    public void listRoles(ListRolesRequest request, StreamObserver<ListRolesResponse> response) {
        Paging paging = Paging.of(request.getPageSize(), request.getPageToken());
        List<StoredRole> found = roles.list(
                call(),
                Names.organization("parent", request.getParent()).organization(),
                paging.after(),
                paging.lookAhead());
        ListRolesResponse.Builder message = ListRolesResponse.newBuilder();
        if (request.getIncludeBuiltIn() && paging.after().isEmpty()) {
            new TreeMap<>(builtIn.permissions())
                    .forEach((name, permissions) -> message.addRoles(Role.newBuilder()
                            .setName("roles/" + name)
                            .setDisplayName(name)
                            .addAllPermissions(new TreeSet<>(permissions))));
        }
        answer(
                response,
                message.addAllRoles(paging.page(found).stream().map(Wire::role).toList())
                        .setNextPageToken(paging.next(found, StoredRole::id))
                        .build());
    }

    @Override
    public void updateRole(UpdateRoleRequest request, StreamObserver<UpdateRoleResponse> response) {
        FieldMask mask = request.getUpdateMask();
        Wire.requireMask(mask, CHANGEABLE);
        Role wanted = request.getRole();
        Names.InOrganization name = Names.role("role.name", wanted.getName());
        boolean changesWhatItPermits = Wire.changes(mask, "permissions") || Wire.changes(mask, "restricted_workspaces");
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<StoredRole> updated = roles.update(
                call(),
                name.organization(),
                name.id(),
                Wire.changes(mask, "display_name") ? wanted.getDisplayName() : null,
                Wire.changes(mask, "description") ? wanted.getDescription() : null,
                Wire.changes(mask, "permissions") ? Set.copyOf(wanted.getPermissionsList()) : null,
                Wire.changes(mask, "restricted_workspaces") ? Set.copyOf(wanted.getRestrictedWorkspacesList()) : null,
                Wire.orNull(wanted.getEtag()));
        UpdateRoleResponse.Builder message = UpdateRoleResponse.newBuilder().setRole(Wire.role(updated.value()));
        if (changesWhatItPermits) {
            changes.answer(
                    response,
                    name.organization(),
                    updated,
                    wait,
                    propagation -> message.setPropagation(propagation).build());
        } else {
            // Verifiers know roles by their ids.
            answer(response, message.build());
        }
    }

    @Override
    public void deleteRole(DeleteRoleRequest request, StreamObserver<DeleteRoleResponse> response) {
        Names.InOrganization name = Names.role("name", request.getName());
        Duration wait = ChangeAnswers.wait(request.hasWait(), request.getWait());
        Committed<StoredRole> deleted = roles.delete(call(), name.organization(), name.id());
        changes.answer(
                response,
                name.organization(),
                deleted,
                wait,
                propagation -> DeleteRoleResponse.newBuilder()
                        .setPropagation(propagation)
                        .build());
    }
}
