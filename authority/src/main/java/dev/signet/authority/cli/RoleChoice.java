package dev.signet.authority.cli;

import dev.signet.v1.ListRolesRequest;
import dev.signet.v1.Role;
import dev.signet.v1.RoleServiceGrpc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The role that a verb hands out: a built-in or custom one by its name or id, or one that a person picks. */
record RoleChoice(Shell shell, Level level) {

    /** Refuses to go on without one where nobody can pick it, before anything is sent. */
    void check(@Nullable String role) {
        if (role == null && !shell.terminal()) {
            throw Failure.usage(
                    "which role? Give --role, such as " + level.roles().get(level == Level.WORKSPACE ? 3 : 0));
        }
    }

    /** The role as the API wants it. */
    String resolve(Peer authority, String organization, @Nullable String role) {
        if (role == null) {
            return pick(authority, organization);
        }
        boolean known =
                Arrays.stream(Level.values()).anyMatch(each -> each.roles().contains(role));
        if (known || role.matches("rol_[0-9a-z]+")) {
            return role;
        }
        return list(authority, organization, true).stream()
                .filter(each -> each.getDisplayName().equals(role))
                .findFirst()
                .map(each -> Entry.id(each.getName()))
                .orElseThrow(() -> Failure.refused("no role is named " + role));
    }

    private String pick(Peer authority, String organization) {
        Table table = new Table("ROLE", "NAME");
        List<String> ids = new ArrayList<>();
        for (String role : level.roles()) {
            table.row(role, role);
            ids.add(role);
        }
        if (level == Level.DEPLOYMENT) {
            for (Role role : list(authority, organization, false)) {
                table.row(Entry.id(role.getName()), role.getDisplayName());
                ids.add(Entry.id(role.getName()));
            }
        }
        return ids.get(shell.pick(table, "Number of the role:"));
    }

    static List<Role> list(Peer authority, String organization, boolean builtIn) {
        return authority
                .call(
                        RoleServiceGrpc::newBlockingStub,
                        roles -> Pages.read(
                                null,
                                (size, token) -> roles.listRoles(ListRolesRequest.newBuilder()
                                        .setParent(organization)
                                        .setIncludeBuiltIn(builtIn)
                                        .setPageSize(size)
                                        .setPageToken(token)
                                        .build())))
                .getRolesList();
    }
}
