package dev.signet.authority.cli;

import com.google.protobuf.FieldMask;
import dev.signet.v1.CreateRoleRequest;
import dev.signet.v1.CreateRoleResponse;
import dev.signet.v1.DeleteRoleRequest;
import dev.signet.v1.DeleteRoleResponse;
import dev.signet.v1.ListRolesRequest;
import dev.signet.v1.ListRolesResponse;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc;
import dev.signet.v1.UpdateRoleRequest;
import dev.signet.v1.UpdateRoleResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization role}. */
@Command(name = "role", description = "Custom deployment roles.")
final class RoleVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;

    RoleVerbs(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Command(name = "list", aliases = "ls", description = "List the custom roles.")
    int list(
            @Option(names = "--include-default-roles", description = "the built-in ones too") boolean builtIn,
            @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many") @Nullable Integer limit,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        try (Peer authority = connections.authority(credential)) {
            ListRolesResponse all = authority.call(
                    RoleServiceGrpc::newBlockingStub,
                    roles -> Pages.read(
                            limit,
                            (size, token) -> roles.listRoles(ListRolesRequest.newBuilder()
                                    .setParent(organization)
                                    .setIncludeBuiltIn(builtIn)
                                    .setPageSize(size)
                                    .setPageToken(token)
                                    .build())));
            output.printList(shell, all, table(all.getRolesList()), "No roles found.");
        }
        return 0;
    }

    @Command(name = "create", aliases = "cr", description = "Create a custom role.")
    int create(
            @Option(
                            names = {"-n", "--name"},
                            paramLabel = "NAME",
                            description = "display name, unique in the organization")
                    @Nullable
                    String given,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "description")
                    @Nullable
                    String description,
            @Option(
                            names = {"-p", "--permission"},
                            required = true,
                            split = ",",
                            paramLabel = "PERMISSION",
                            description = "what it permits, such as deployment.get; repeatable")
                    List<String> permissions,
            @Option(
                            names = "--restricted-workspace",
                            split = ",",
                            paramLabel = "ID",
                            description = "the only workspaces where it may be held; repeatable")
                    @Nullable
                    List<String> workspaces,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        String name = shell.orAsk(given, "name", "--name");
        Role.Builder role = Role.newBuilder()
                .setDisplayName(name)
                .setDescription(DirectoryCalls.orEmpty(description))
                .addAllPermissions(stripped(permissions))
                .addAllRestrictedWorkspaces(ids(workspaces));
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        try (Peer authority = connections.authority(credential)) {
            CreateRoleRequest.Builder request =
                    CreateRoleRequest.newBuilder().setParent(organization).setRole(role);
            confirmation.ask(request);
            CreateRoleResponse created = authority.call(
                    confirmation.deadlineSeconds(),
                    RoleServiceGrpc::newBlockingStub,
                    roles -> roles.createRole(request.build()));
            shell.say("Created role " + label(created.getRole()) + ".");
            confirmation.tell(shell, created);
            output.print(shell, created, () -> table(List.of(created.getRole())));
        }
        return 0;
    }

    @Command(
            name = "update",
            aliases = "up",
            description = "Change a custom role; whoever holds it has the new permissions at once.")
    int update(
            @Parameters(arity = "0..1", paramLabel = "ROLE", description = "rol_…, full name or display name") @Nullable
                    String selected,
            @Option(
                            names = {"-n", "--new-name"},
                            paramLabel = "NAME",
                            description = "new display name")
                    @Nullable
                    String newName,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "new description; may be empty")
                    @Nullable
                    String description,
            @Option(
                            names = {"-p", "--permission"},
                            split = ",",
                            paramLabel = "PERMISSION",
                            description = "what it permits from now on, instead of all before; repeatable")
                    @Nullable
                    List<String> permissions,
            @Option(
                            names = "--restricted-workspace",
                            split = ",",
                            paramLabel = "ID",
                            description =
                                    "the only workspaces where it may be held, instead of those before; repeatable")
                    @Nullable
                    List<String> workspaces,
            @Option(names = "--unrestricted", description = "let it be held in every workspace") boolean unrestricted,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        check(selected);
        if (unrestricted && workspaces != null) {
            throw Failure.usage("give either --restricted-workspace or --unrestricted, not both");
        }
        FieldMask.Builder mask = DirectoryCalls.mask(newName, description).toBuilder();
        if (permissions != null) {
            mask.addPaths("permissions");
        }
        if (workspaces != null || unrestricted) {
            mask.addPaths("restricted_workspaces");
        }
        if (mask.getPathsCount() == 0) {
            throw Failure.usage("nothing to change: give --new-name, --description, --permission,"
                    + " --restricted-workspace or --unrestricted");
        }
        Role.Builder role = Role.newBuilder()
                .setDisplayName(DirectoryCalls.orEmpty(newName))
                .setDescription(DirectoryCalls.orEmpty(description))
                .addAllPermissions(permissions == null ? List.of() : stripped(permissions))
                .addAllRestrictedWorkspaces(ids(workspaces));
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        try (Peer authority = connections.authority(credential)) {
            role.setName(find(authority, organization, selected));
            UpdateRoleRequest.Builder request =
                    UpdateRoleRequest.newBuilder().setRole(role).setUpdateMask(mask);
            confirmation.ask(request);
            UpdateRoleResponse updated = authority.call(
                    confirmation.deadlineSeconds(),
                    RoleServiceGrpc::newBlockingStub,
                    roles -> roles.updateRole(request.build()));
            shell.say("Updated role " + label(updated.getRole()) + ".");
            confirmation.tell(shell, updated);
            output.print(shell, updated, () -> table(List.of(updated.getRole())));
        }
        return 0;
    }

    @Command(name = "delete", aliases = "de", description = "Delete a custom role that nobody holds.")
    int delete(
            @Parameters(arity = "0..1", paramLabel = "ROLE", description = "rol_…, full name or display name") @Nullable
                    String selected,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        check(selected);
        if (!force) {
            shell.requireTerminal("Deleting a role cannot be undone.");
        }
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        try (Peer authority = connections.authority(credential)) {
            String name = find(authority, organization, selected);
            if (!force) {
                String shown = selected == null ? Entry.id(name) : selected;
                shell.confirm("Role " + shown + " ends for good.", "Delete it? (y/n)", "y");
            }
            DeleteRoleRequest.Builder request = DeleteRoleRequest.newBuilder().setName(name);
            confirmation.ask(request);
            DeleteRoleResponse deleted = authority.call(
                    confirmation.deadlineSeconds(),
                    RoleServiceGrpc::newBlockingStub,
                    roles -> roles.deleteRole(request.build()));
            shell.say("Deleted role " + Entry.id(name) + ".");
            confirmation.tell(shell, deleted);
            output.printJson(shell, deleted);
        }
        return 0;
    }

    private void check(@Nullable String selected) {
        if (selected == null && !shell.terminal()) {
            throw Failure.usage("which role? Give its id or display name");
        }
    }

    /** The full name of the role that is meant. */
    private String find(Peer authority, String organization, @Nullable String selected) {
        if (selected != null && selected.matches("rol_[0-9a-z]+")) {
            return organization + "/roles/" + selected;
        }
        if (selected != null && selected.matches("organizations/org_[0-9a-z]+/roles/rol_[0-9a-z]+")) {
            return selected;
        }
        List<Role> roles = RoleChoice.list(authority, organization, false);
        if (selected == null && !roles.isEmpty()) {
            return roles.get(shell.pick(table(roles), "Number of the role:")).getName();
        }
        return roles.stream()
                .filter(role -> role.getDisplayName().equals(selected))
                .findFirst()
                .map(Role::getName)
                .orElseThrow(
                        () -> Failure.refused("no custom role" + (selected == null ? "" : " is named " + selected)));
    }

    private static List<String> stripped(List<String> texts) {
        return texts.stream().map(String::strip).toList();
    }

    private static List<String> ids(@Nullable List<String> workspaces) {
        return workspaces == null
                ? List.of()
                : workspaces.stream()
                        .map(text ->
                                ResourceIds.parse(Level.WORKSPACE, text.strip()).get(Level.WORKSPACE))
                        .toList();
    }

    private static Table table(List<Role> roles) {
        Table table = new Table("NAME", "ID", "DESCRIPTION", "PERMISSIONS", "WORKSPACES");
        for (Role role : roles) {
            List<String> workspaces = role.getRestrictedWorkspacesList();
            table.row(
                    role.getDisplayName(),
                    Entry.id(role.getName()),
                    role.getDescription(),
                    String.valueOf(role.getPermissionsCount()),
                    workspaces.isEmpty() ? "all" : String.join(", ", workspaces));
        }
        return table;
    }

    private static String label(Role role) {
        return role.getDisplayName() + " (" + Entry.id(role.getName()) + ")";
    }
}
