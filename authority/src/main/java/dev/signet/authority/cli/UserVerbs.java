package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.InviteUserRequest;
import dev.signet.v1.InviteUserResponse;
import dev.signet.v1.ListUsersResponse;
import dev.signet.v1.RemoveUserGrantRequest;
import dev.signet.v1.RemoveUserRequest;
import dev.signet.v1.SetUserGrantRequest;
import dev.signet.v1.SetUserGrantResponse;
import dev.signet.v1.User;
import dev.signet.v1.UserServiceGrpc;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization user} and {@code workspace user}. */
@Command(name = "user", description = "People.")
final class UserVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;
    private final Level level;
    private final RoleChoice roles;

    UserVerbs(Shell shell, Connections connections, Target target, Level level) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
        this.level = level;
        this.roles = new RoleChoice(shell, level);
    }

    @Command(name = "list", aliases = "ls", description = "List the users with a role here.")
    int list(
            @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many") @Nullable Integer limit,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            ListUsersResponse all = new Users(authority).list(resource, limit);
            output.printList(shell, all, table(all.getUsersList(), resource), "No users found.");
        }
        return 0;
    }

    @Command(name = "invite", description = "Let a person in here. No mail is sent.")
    int invite(
            @Parameters(
                            paramLabel = "EMAIL",
                            description = "email; on a workspace that of a user of the organization, or usr_…")
                    String user,
            @Option(
                            names = {"-r", "--role"},
                            paramLabel = "ROLE",
                            description = "role to hold; a member without")
                    @Nullable
                    String given,
            @Mixin Output output) {
        String wanted = given == null ? level.name() + "_MEMBER" : given;
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            if (level == Level.WORKSPACE) {
                String name = newMember(authority, resource, user);
                set(authority, name, resource, wanted, new Confirmation(), output);
            } else {
                invite(authority, resource, user, wanted, output);
            }
        }
        return 0;
    }

    @Command(name = "update", aliases = "up", description = "Give a user another role here.")
    int update(
            @Parameters(paramLabel = "USER", description = "usr_… or email") String user,
            @Option(
                            names = {"-r", "--role"},
                            paramLabel = "ROLE",
                            description = "role to hold instead")
                    @Nullable
                    String role,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        roles.check(role);
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            String name = new Users(authority).require(resource, user).getName();
            set(authority, name, resource, role, confirmation, output);
        }
        return 0;
    }

    @Command(name = "remove", description = "End what a user may do here; on an organization, everything.")
    int remove(
            @Parameters(paramLabel = "USER", description = "usr_… or email") String user,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        // Pipelines cannot pass --force for a workspace: Astro's CLI has no such flag. The role can be given again.
        boolean ask = !force && (level == Level.ORGANIZATION || shell.terminal());
        if (ask) {
            shell.requireTerminal("Removing a user ends what they may do here.");
        }
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            User found = new Users(authority).require(resource, user);
            if (ask) {
                String loss = level == Level.ORGANIZATION
                        ? " leaves the organization, and their user tokens end."
                        : " loses the role " + role(found, resource) + " on " + Entry.id(resource) + ".";
                shell.confirm(Users.label(found) + loss, "Remove them? (y/n)", "y");
            }
            Message removed = level == Level.ORGANIZATION
                    ? removeUser(authority, found, confirmation)
                    : removeGrant(authority, found, resource, confirmation);
            shell.say("Removed " + Users.label(found) + " from " + Entry.id(resource) + ".");
            confirmation.tell(shell, removed);
            output.printJson(shell, removed);
        }
        return 0;
    }

    private static Message removeUser(Peer authority, User user, Confirmation confirmation) {
        RemoveUserRequest.Builder request = RemoveUserRequest.newBuilder().setName(user.getName());
        confirmation.ask(request);
        return authority.call(
                confirmation.deadlineSeconds(),
                UserServiceGrpc::newBlockingStub,
                users -> users.removeUser(request.build()));
    }

    private static Message removeGrant(Peer authority, User user, String resource, Confirmation confirmation) {
        RemoveUserGrantRequest.Builder request =
                RemoveUserGrantRequest.newBuilder().setName(user.getName()).setResource(resource);
        confirmation.ask(request);
        return authority.call(
                confirmation.deadlineSeconds(),
                UserServiceGrpc::newBlockingStub,
                users -> users.removeUserGrant(request.build()));
    }

    private void invite(Peer authority, String organization, String email, String wanted, Output output) {
        String role = roles.resolve(authority, organization, wanted);
        InviteUserResponse invited = authority.call(
                UserServiceGrpc::newBlockingStub,
                users -> users.inviteUser(InviteUserRequest.newBuilder()
                        .setParent(organization)
                        .setEmail(email)
                        .setOrganizationRole(role)
                        .build()));
        shell.say("Invited " + Users.label(invited.getUser())
                + ". `signet organization user token create` makes a token that lets them in.");
        output.print(shell, invited, () -> table(List.of(invited.getUser()), organization));
    }

    /** The full name of somebody who has no role on the workspace yet, with their address where that is what is known. */
    private static String newMember(Peer authority, String workspace, String user) {
        Users users = new Users(authority);
        users.find(workspace, user).ifPresent(member -> {
            throw Failure.refused(Users.label(member) + " already holds " + role(member, workspace) + " on "
                    + Entry.id(workspace) + ": change it with update");
        });
        // Not looked up: who manages one workspace may not be allowed to see all people of the organization.
        return user.startsWith("organizations/") ? user : TokenSelection.organization(workspace) + "/users/" + user;
    }

    private void set(
            Peer authority,
            String name,
            String resource,
            @Nullable String wanted,
            Confirmation confirmation,
            Output output) {
        String role = roles.resolve(authority, TokenSelection.organization(resource), wanted);
        SetUserGrantRequest.Builder request = SetUserGrantRequest.newBuilder()
                .setName(name)
                .setResource(resource)
                .setRole(role);
        confirmation.ask(request);
        SetUserGrantResponse changed = authority.call(
                confirmation.deadlineSeconds(),
                UserServiceGrpc::newBlockingStub,
                users -> users.setUserGrant(request.build()));
        shell.say(Users.label(changed.getUser()) + " holds " + role + " on " + Entry.id(resource) + " now.");
        confirmation.tell(shell, changed);
        output.print(shell, changed, () -> table(List.of(changed.getUser()), resource));
    }

    private Table table(List<User> users, String resource) {
        Times times = new Times(shell.clock().instant());
        Table table = new Table("ID", "EMAIL", "ROLE", "CREATED", "CREATED BY");
        for (User user : users) {
            table.row(
                    Entry.id(user.getName()),
                    user.getEmail(),
                    role(user, resource),
                    times.ago(user.getCreateTime()),
                    Entry.id(user.getCreatedBy()));
        }
        return table;
    }

    private static String role(User user, String resource) {
        return TokenTable.role(user.getGrantsList(), resource);
    }
}
