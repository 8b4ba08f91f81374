package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.GetDeploymentRequest;
import dev.signet.v1.ListTokensRequest;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.RemoveTokenGrantRequest;
import dev.signet.v1.RemoveTokenGrantResponse;
import dev.signet.v1.SetTokenGrantRequest;
import dev.signet.v1.SetTokenGrantResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization-token} and {@code workspace-token}: tokens of an outer scope with a role here. */
@Command
final class AttachedTokenVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;
    private final Level level;
    private final Level scope;
    private final TokenSelection selection;
    private final RoleChoice roles;
    private final List<OptionSpec> names = new ArrayList<>();

    /** @param scope of the tokens, outside of {@code level} */
    AttachedTokenVerbs(Shell shell, Connections connections, Target target, Level level, Level scope) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
        this.level = level;
        this.scope = scope;
        this.selection = new TokenSelection(shell, target, level);
        this.roles = new RoleChoice(shell, level);
    }

    CommandLine commandLine() {
        CommandLine command = new CommandLine(this);
        command.getCommandSpec()
                .name(scope.noun() + "-token")
                .usageMessage()
                .description("API tokens of " + (scope == Level.ORGANIZATION ? "the organization" : "the workspace")
                        + " with a role on " + level.article() + " " + level.noun() + ".");
        CommandLine update = new CommandLine(new AttachCommand(this, true));
        update.getCommandSpec().name("update").usageMessage().description("Give one another role here.");
        offerName(update);
        command.getSubcommands().forEach((verb, subcommand) -> {
            if (verb.equals("remove")) {
                offerName(subcommand);
            }
        });
        return command.addSubcommand(add()).addSubcommand("update", update, "up");
    }

    CommandLine add() {
        CommandLine add = new CommandLine(new AttachCommand(this, false));
        add.getCommandSpec()
                .name("add")
                .usageMessage()
                .description("Give a token of the " + scope.noun() + " a role here, where it holds none yet.");
        offerName(add);
        return add;
    }

    private void offerName(CommandLine command) {
        OptionSpec name = OptionSpec.builder("-n", nameFlag())
                .type(String.class)
                .arity("1")
                .paramLabel("NAME")
                .description("select by display name; next to an id it must be that token's")
                .build();
        names.add(name);
        command.getCommandSpec().addOption(name);
    }

    private String nameFlag() {
        return scope == Level.ORGANIZATION ? "--org-token-name" : "--workspace-token-name";
    }

    @Command(name = "list", aliases = "ls", description = "List those that hold a role here.")
    int list(@Mixin TokenListing listing, @Mixin Output output) {
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            ListTokensResponse all =
                    TokenSelection.list(authority, listing.request(resource, scope.scope()), listing.limit());
            output.printList(shell, all, table(all.getTokensList(), resource), TokenListing.nothing(scope));
        }
        return 0;
    }

    @Command(name = "remove", description = "Take the role here away from one. The token lives on.")
    int remove(
            @Parameters(arity = "0..1", paramLabel = "ID", description = "tok_… or full name") @Nullable String id,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        check(id);
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            Token token = find(authority, credential, id, resource, true);
            String held = held(token, resource);
            // Pipelines cannot pass --force: Astro's CLI has no such flag here. What is removed can be added again.
            if (!force && shell.terminal()) {
                shell.confirm(
                        label(token) + " loses the role " + held + " on " + Entry.id(resource) + ".",
                        "Remove it? (y/n)",
                        "y");
            }
            RemoveTokenGrantResponse removed = remove(authority, token, resource, confirmation);
            shell.say(label(token) + " was removed from " + Entry.id(resource) + ".");
            confirmation.tell(shell, removed);
            output.printJson(shell, removed);
        }
        return 0;
    }

    static RemoveTokenGrantResponse remove(Peer authority, Token token, String resource, Confirmation confirmation) {
        RemoveTokenGrantRequest.Builder request =
                RemoveTokenGrantRequest.newBuilder().setName(token.getName()).setResource(resource);
        confirmation.ask(request);
        return authority.call(
                confirmation.deadlineSeconds(),
                TokenServiceGrpc::newBlockingStub,
                tokens -> tokens.removeTokenGrant(request.build()));
    }

    /** @param again whether the token must hold a role here already, instead of none yet */
    int attach(@Nullable String id, @Nullable String wanted, boolean again, Confirmation confirmation, Output output) {
        check(id);
        roles.check(wanted);
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            Token token = find(authority, credential, id, resource, again);
            String before = TokenTable.role(token, resource);
            if (again) {
                before = held(token, resource);
            } else if (!before.isEmpty()) {
                throw Failure.refused(label(token) + " already holds " + before + " on " + Entry.id(resource)
                        + ": change it with update");
            }
            String role = roles.resolve(authority, TokenSelection.organization(resource), wanted);
            SetTokenGrantRequest.Builder request = SetTokenGrantRequest.newBuilder()
                    .setName(token.getName())
                    .setResource(resource)
                    .setRole(role)
                    .setEtag(token.getEtag());
            confirmation.ask(request);
            SetTokenGrantResponse changed = authority.call(
                    confirmation.deadlineSeconds(),
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.setTokenGrant(request.build()));
            shell.say(label(token) + " holds " + role + " on " + Entry.id(resource) + " now"
                    + (before.isEmpty() ? "." : ", instead of " + before + "."));
            confirmation.tell(shell, changed);
            print(changed, changed.getToken(), resource, output);
        }
        return 0;
    }

    /** Refuses what cannot select anything, before anything is sent. */
    private void check(@Nullable String id) {
        TokenArgument.check(shell, id, name(), nameFlag());
    }

    private @Nullable String name() {
        for (OptionSpec name : names) {
            String value = name.getValue();
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    private String held(Token token, String resource) {
        String role = TokenTable.role(token, resource);
        if (role.isEmpty()) {
            throw Failure.refused(label(token) + " holds no role on " + Entry.id(resource) + " yet: use add");
        }
        return role;
    }

    /** @param here whether only those with a role here can be meant */
    private Token find(Peer authority, Credential credential, @Nullable String id, String resource, boolean here) {
        if (id != null) {
            return selection.byId(authority, credential, scope, id, name());
        }
        ListTokensRequest.Builder request = TokenSelection.request(resource, scope.scope()).toBuilder();
        String full = resource;
        if (!here) {
            request.clearResource();
            full = scope == Level.WORKSPACE ? fullName(authority, resource) : resource;
        }
        String below = full;
        List<Token> tokens = TokenSelection.list(authority, request.build(), null).getTokensList().stream()
                .filter(token -> here || below.startsWith(token.getResource() + "/"))
                .toList();
        String kind = scope.noun() + " token" + (here ? " with a role on " + Entry.id(resource) : "");
        return selection.choose(tokens, kind, name(), resource);
    }

    /** A deployment's name with its workspace. */
    private static String fullName(Peer authority, String resource) {
        return authority
                .call(
                        DirectoryServiceGrpc::newBlockingStub,
                        directory -> directory.getDeployment(GetDeploymentRequest.newBuilder()
                                .setName(resource)
                                .build()))
                .getDeployment()
                .getName();
    }

    private void print(Message answer, Token token, String resource, Output output) {
        output.print(shell, answer, () -> table(List.of(token), resource));
    }

    private Table table(List<Token> tokens, String resource) {
        return new TokenTable(new Times(shell.clock().instant())).of(tokens, resource);
    }

    private static String label(Token token) {
        return "Token " + token.getDisplayName() + " (" + Entry.id(token.getName()) + ")";
    }
}
