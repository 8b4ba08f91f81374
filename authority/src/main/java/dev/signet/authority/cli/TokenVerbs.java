package dev.signet.authority.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.GetTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.RemoveTokenGrantResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Scope;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import io.grpc.Status;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code organization token}, {@code workspace token} and {@code deployment token}. */
@Command(name = "token", aliases = "to", description = "API tokens.")
final class TokenVerbs {
    private static final int LONGEST_DAYS = 3650;

    private final Shell shell;
    private final Connections connections;
    private final Target target;
    private final Level level;
    private final TokenSelection selection;
    private final RoleChoice roles;

    TokenVerbs(Shell shell, Connections connections, Target target, Level level) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
        this.level = level;
        this.selection = new TokenSelection(shell, target, level);
        this.roles = new RoleChoice(shell, level);
    }

    @Command(name = "list", aliases = "ls", description = "List the tokens that hold a role here.")
    int list(@Mixin TokenListing listing, @Mixin Output output) {
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            Scope scope = level == Level.ORGANIZATION ? Scope.SCOPE_ORGANIZATION : Scope.SCOPE_UNSPECIFIED;
            ListTokensResponse all = TokenSelection.list(authority, listing.request(resource, scope), listing.limit());
            output.printList(shell, all, table(all.getTokensList(), resource), TokenListing.nothing(level));
        }
        return 0;
    }

    @Command(name = "get", description = "Show one token, without its value.")
    int get(@Mixin TokenArgument argument, @Mixin Output output) {
        argument.check(shell);
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            print(GetTokenResponse.newBuilder().setToken(token).build(), token, output);
        }
        return 0;
    }

    @Command(name = "roles", description = "Show every role that a token holds.")
    int roles(@Mixin TokenArgument argument, @Mixin Output output) {
        argument.check(shell);
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            JsonArray grants = new JsonArray();
            Table table = new Table("ENTITY_TYPE", "ENTITY_ID", "ROLE");
            for (Grant grant : token.getGrantsList()) {
                grants.add(ProtoJson.of(grant));
                table.row(Level.of(grant.getResource()).name(), grant.getResource(), grant.getRole());
            }
            JsonObject json = new JsonObject();
            json.add("grants", grants);
            output.print(shell, json, () -> table);
        }
        return 0;
    }

    @Command(name = "create", aliases = "cr", description = "Create a token and print its value, this once.")
    int create(
            @Option(
                            names = {"-n", "--name"},
                            paramLabel = "NAME",
                            description = "display name")
                    @Nullable
                    String given,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "description")
                    @Nullable
                    String description,
            @Option(
                            names = {"-r", "--role"},
                            paramLabel = "ROLE",
                            description = "role on the token's own resource; needed except for deployment tokens")
                    @Nullable
                    String wanted,
            @Option(
                            names = {"-e", "--expiration"},
                            paramLabel = "DAYS",
                            description = "days until it expires, 1 to 3650; never without")
                    @Nullable
                    Integer expiration,
            @Option(
                            names = "--audience",
                            paramLabel = "NAME",
                            description = "whom it is for; the authority's default without")
                    @Nullable
                    String audience,
            @Option(
                            names = "--request-id",
                            paramLabel = "ID",
                            description = "of your choice: trying again with the same makes no second token")
                    @Nullable
                    String requestId,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the value")
                    boolean clean,
            @Mixin Output output) {
        if (expiration != null && (expiration < 1 || expiration > LONGEST_DAYS)) {
            throw Failure.usage("--expiration must be from 1 to " + LONGEST_DAYS + " days, got " + expiration);
        }
        String name = shell.orAsk(given, "name", "--name");
        boolean ownRole = wanted != null || level != Level.DEPLOYMENT;
        if (ownRole) {
            roles.check(wanted);
        }
        Credential credential = connections.credential();
        String resource = target.name(level, null, credential);
        Token.Builder token = Token.newBuilder()
                .setDisplayName(name)
                .setDescription(DirectoryCalls.orEmpty(description))
                .setResource(resource);
        if (expiration != null) {
            token.setExpiryPeriodDays(expiration);
        }
        try (Peer authority = connections.authority(credential)) {
            if (ownRole) {
                String role = roles.resolve(authority, TokenSelection.organization(resource), wanted);
                token.addGrants(
                        Grant.newBuilder().setResource(Entry.id(resource)).setRole(role));
            }
            CreateTokenResponse created = authority.call(
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.createToken(CreateTokenRequest.newBuilder()
                            .setParent(TokenSelection.organization(resource))
                            .setToken(token)
                            .setAudience(DirectoryCalls.orEmpty(audience))
                            .setRequestId(DirectoryCalls.orEmpty(requestId))
                            .build()));
            printValue("Created", created, created.getToken(), created.getValue(), clean, output);
        }
        return 0;
    }

    @Command(name = "update", aliases = "up", description = "Change a token's display name, description or role.")
    int update(
            @Mixin TokenArgument argument,
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
                            names = {"-r", "--role"},
                            paramLabel = "ROLE",
                            description = "new role on the token's own resource; others stay")
                    @Nullable
                    String role,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        argument.check(shell);
        FieldMask mask = DirectoryCalls.mask(newName, description);
        if (mask.getPathsCount() == 0 && role == null) {
            throw Failure.usage("nothing to change: give --new-name, --description or --role");
        }
        Credential credential = connections.credential();
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            UpdateTokenRequest.Builder request = UpdateTokenRequest.newBuilder()
                    .setToken(Token.newBuilder()
                            .setName(token.getName())
                            .setDisplayName(DirectoryCalls.orEmpty(newName))
                            .setDescription(DirectoryCalls.orEmpty(description)))
                    .setUpdateMask(mask);
            confirmation.ask(request);
            Function<UpdateTokenRequest, UpdateTokenResponse> call = wanted -> authority.call(
                    confirmation.deadlineSeconds(),
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.updateToken(wanted));
            UpdateTokenResponse updated;
            if (role == null) {
                updated = call.apply(request.build());
            } else {
                String wanted = roles.resolve(authority, TokenSelection.organization(token.getName()), role);
                updated = updateRole(authority, call, request.build(), token, wanted);
            }
            shell.say("Updated token " + label(updated.getToken()) + ".");
            confirmation.tell(shell, updated);
            print(updated, updated.getToken(), output);
        }
        return 0;
    }

    /** The roles change as a whole: one that somebody else changed meanwhile is read again, once. */
    private static UpdateTokenResponse updateRole(
            Peer authority,
            Function<UpdateTokenRequest, UpdateTokenResponse> call,
            UpdateTokenRequest request,
            Token seen,
            String role) {
        try {
            return call.apply(withRole(request, seen, role));
        } catch (Failure failure) {
            if (!failure.is(Status.Code.ABORTED)) {
                throw failure;
            }
            return call.apply(withRole(request, TokenSelection.get(authority, seen.getName()), role));
        }
    }

    private static UpdateTokenRequest withRole(UpdateTokenRequest request, Token seen, String role) {
        String own = Entry.id(seen.getResource());
        UpdateTokenRequest.Builder changed = request.toBuilder();
        changed.getUpdateMaskBuilder().addPaths("grants");
        Token.Builder token = changed.getTokenBuilder().setEtag(seen.getEtag());
        for (Grant grant : seen.getGrantsList()) {
            if (!grant.getResource().equals(own)) {
                token.addGrants(grant);
            }
        }
        token.addGrants(Grant.newBuilder().setResource(own).setRole(role));
        return changed.build();
    }

    @Command(name = "rotate", aliases = "ro", description = "Replace a token's value; the old one ends.")
    int rotate(
            @Mixin TokenArgument argument,
            @Option(
                            names = "--grace",
                            paramLabel = "DURATION",
                            description = "how long the old value goes on working, such as 30m; not at all without")
                    @Nullable
                    Duration grace,
            @Option(
                            names = "--request-id",
                            paramLabel = "ID",
                            description = "of your choice: trying again with the same rotates no second time")
                    @Nullable
                    String requestId,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the value")
                    boolean clean,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        argument.check(shell);
        Credential credential = confirmable(force, "Rotating ends the token's present value.");
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            if (!force) {
                shell.confirm(
                        "The present value of token " + label(token) + " ends "
                                + (grace == null ? "at once." : DurationText.format(grace) + " from now."),
                        "Rotate it? (y/n)",
                        "y");
            }
            RotateTokenRequest.Builder request = RotateTokenRequest.newBuilder()
                    .setName(token.getName())
                    .setRequestId(DirectoryCalls.orEmpty(requestId));
            if (grace != null) {
                request.setGrace(Durations.fromMillis(grace.toMillis()));
            }
            confirmation.ask(request);
            RotateTokenResponse rotated = authority.call(
                    confirmation.deadlineSeconds(),
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.rotateToken(request.build()));
            printValue("Rotated", rotated, rotated.getToken(), rotated.getValue(), clean, output);
            if (!clean) {
                confirmation.tell(shell, rotated);
            }
        }
        return 0;
    }

    @Command(
            name = "delete",
            aliases = "de",
            description =
                    "Delete a token for good; its value ends at once. One of an outer scope only loses its role here.")
    int delete(
            @Mixin TokenArgument argument,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        argument.check(shell);
        Credential credential = confirmable(force, "Deleting a token cannot be undone.");
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.findWithRole(authority, credential, argument);
            if (selection.isAttached(token)) {
                removeFrom(authority, token, target.name(level, null, credential), force, confirmation, output);
                return 0;
            }
            if (!force) {
                shell.confirm("Token " + label(token) + " ends for good.", "Delete it? (y/n)", "y");
            }
            DeleteTokenRequest.Builder request = DeleteTokenRequest.newBuilder().setName(token.getName());
            confirmation.ask(request);
            DeleteTokenResponse deleted = authority.call(
                    confirmation.deadlineSeconds(),
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.deleteToken(request.build()));
            shell.say("Deleted token " + label(token) + ".");
            confirmation.tell(shell, deleted);
            output.printJson(shell, deleted);
        }
        return 0;
    }

    /** Whoever manages the tokens here may end what one of an outer scope does here, and nothing else of it. */
    private void removeFrom(
            Peer authority, Token token, String resource, boolean force, Confirmation confirmation, Output output) {
        String role = TokenTable.role(token, resource) + " on " + Entry.id(resource);
        Level own = Level.of(token.getScope());
        if (!force) {
            shell.confirm(
                    "Token " + label(token) + " is " + own.article() + " " + own.noun()
                            + " token and lives on. It loses the role " + role + ".",
                    "Remove it? (y/n)",
                    "y");
        }
        RemoveTokenGrantResponse removed = AttachedTokenVerbs.remove(authority, token, resource, confirmation);
        shell.say("Token " + label(token) + " was not deleted and lives on; it lost the role " + role + ". `signet "
                + own.noun() + " token delete` ends it for good.");
        confirmation.tell(shell, removed);
        output.printJson(shell, removed);
    }

    private Credential confirmable(boolean force, String warning) {
        if (!force) {
            shell.requireTerminal(warning);
        }
        return connections.credential();
    }

    private void printValue(String done, Message answer, Token token, String value, boolean clean, Output output) {
        if (clean) {
            shell.out().println(value);
            return;
        }
        shell.say(done + " token " + label(token) + ". Copy its value now: it will not be shown again.");
        if (output.isJson()) {
            output.printJson(shell, answer);
        } else {
            shell.out().println(value);
        }
    }

    private void print(Message answer, Token token, Output output) {
        output.print(shell, answer, () -> table(List.of(token), token.getResource()));
    }

    private Table table(List<Token> tokens, String resource) {
        return new TokenTable(new Times(shell.clock().instant())).of(tokens, resource);
    }

    private static String label(Token token) {
        return token.getDisplayName() + " (" + Entry.id(token.getName()) + ")";
    }
}
