package dev.signet.authority.cli;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import dev.signet.v1.CreateTokenRequest;
import dev.signet.v1.CreateTokenResponse;
import dev.signet.v1.DeleteTokenRequest;
import dev.signet.v1.DeleteTokenResponse;
import dev.signet.v1.GetTokenResponse;
import dev.signet.v1.Grant;
import dev.signet.v1.ListTokensResponse;
import dev.signet.v1.RotateTokenRequest;
import dev.signet.v1.RotateTokenResponse;
import dev.signet.v1.Token;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.UpdateTokenRequest;
import dev.signet.v1.UpdateTokenResponse;
import java.util.List;
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

    TokenVerbs(Shell shell, Connections connections, Target target, Level level) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
        this.level = level;
        this.selection = new TokenSelection(shell, target, level);
    }

    @Command(name = "list", aliases = "ls", description = "List the tokens that belong here.")
    int list(
            @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many") @Nullable Integer limit,
            @Mixin Output output) {
        Credential credential = Credential.of(shell);
        String resource = target.name(level, null, credential);
        try (Peer authority = connections.authority(credential)) {
            ListTokensResponse all = TokenSelection.list(authority, resource, limit);
            output.printList(shell, all, table(all.getTokensList()), "No " + level.noun() + " tokens found.");
        }
        return 0;
    }

    @Command(name = "get", description = "Show one token, without its value.")
    int get(@Mixin TokenArgument argument, @Mixin Output output) {
        argument.check(shell);
        Credential credential = Credential.of(shell);
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            print(GetTokenResponse.newBuilder().setToken(token).build(), token, output);
        }
        return 0;
    }

    @Command(name = "create", aliases = "cr", description = "Create a token and print its value, this once.")
    int create(
            @Option(
                            names = {"-n", "--name"},
                            required = true,
                            paramLabel = "NAME",
                            description = "display name")
                    String name,
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
                    String role,
            @Option(
                            names = {"-e", "--expiration"},
                            paramLabel = "DAYS",
                            description = "days until it expires, 1 to 3650; never without")
                    @Nullable
                    Integer expiration,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the value")
                    boolean clean,
            @Mixin Output output) {
        if (role == null && level != Level.DEPLOYMENT) {
            throw Failure.usage("which role? Give --role, such as " + level.name()
                    + (level == Level.ORGANIZATION ? "_MEMBER" : "_OPERATOR"));
        }
        if (expiration != null && (expiration < 1 || expiration > LONGEST_DAYS)) {
            throw Failure.usage("--expiration must be from 1 to " + LONGEST_DAYS + " days, got " + expiration);
        }
        Credential credential = Credential.of(shell);
        String resource = target.name(level, null, credential);
        Token.Builder token = Token.newBuilder()
                .setDisplayName(name)
                .setDescription(DirectoryCalls.orEmpty(description))
                .setResource(resource);
        if (role != null) {
            token.addGrants(Grant.newBuilder().setResource(Entry.id(resource)).setRole(role));
        }
        if (expiration != null) {
            token.setExpiryPeriodDays(expiration);
        }
        try (Peer authority = connections.authority(credential)) {
            CreateTokenResponse created = authority.call(
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.createToken(CreateTokenRequest.newBuilder()
                            .setParent(TokenSelection.organization(resource))
                            .setToken(token)
                            .build()));
            printValue("Created", created, created.getToken(), created.getValue(), clean, output);
        }
        return 0;
    }

    @Command(name = "update", aliases = "up", description = "Change a token's display name or description.")
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
            @Mixin Output output) {
        argument.check(shell);
        FieldMask mask = DirectoryCalls.mask(newName, description);
        if (mask.getPathsCount() == 0) {
            throw Failure.usage("nothing to change: give --new-name or --description");
        }
        Credential credential = Credential.of(shell);
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            UpdateTokenResponse updated = authority.call(
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.updateToken(UpdateTokenRequest.newBuilder()
                            .setToken(Token.newBuilder()
                                    .setName(token.getName())
                                    .setDisplayName(DirectoryCalls.orEmpty(newName))
                                    .setDescription(DirectoryCalls.orEmpty(description)))
                            .setUpdateMask(mask)
                            .build()));
            shell.say("Updated token " + label(updated.getToken()) + ".");
            print(updated, updated.getToken(), output);
        }
        return 0;
    }

    @Command(name = "rotate", aliases = "ro", description = "Replace a token's value; the old one ends at once.")
    int rotate(
            @Mixin TokenArgument argument,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the value")
                    boolean clean,
            @Mixin Output output) {
        argument.check(shell);
        Credential credential = confirmable(force, "Rotating ends the token's present value.");
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            if (!force) {
                shell.confirm("The present value of token " + label(token) + " ends at once.", "Rotate it? (y/n)", "y");
            }
            RotateTokenResponse rotated = authority.call(
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.rotateToken(RotateTokenRequest.newBuilder()
                            .setName(token.getName())
                            .build()));
            printValue("Rotated", rotated, rotated.getToken(), rotated.getValue(), clean, output);
        }
        return 0;
    }

    @Command(name = "delete", aliases = "de", description = "Delete a token for good; its value ends at once.")
    int delete(
            @Mixin TokenArgument argument,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Output output) {
        argument.check(shell);
        Credential credential = confirmable(force, "Deleting a token cannot be undone.");
        try (Peer authority = connections.authority(credential)) {
            Token token = selection.find(authority, credential, argument);
            if (!force) {
                shell.confirm("Token " + label(token) + " ends for good.", "Delete it? (y/n)", "y");
            }
            DeleteTokenResponse deleted = authority.call(
                    TokenServiceGrpc::newBlockingStub,
                    tokens -> tokens.deleteToken(DeleteTokenRequest.newBuilder()
                            .setName(token.getName())
                            .build()));
            shell.say("Deleted token " + label(token) + ".");
            output.printJson(shell, deleted);
        }
        return 0;
    }

    private Credential confirmable(boolean force, String warning) {
        if (!force) {
            shell.requireTerminal(warning);
        }
        return Credential.of(shell);
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
        output.print(shell, answer, () -> table(List.of(token)));
    }

    private Table table(List<Token> tokens) {
        return new TokenTable(new Times(shell.clock().instant())).of(tokens);
    }

    private static String label(Token token) {
        return token.getDisplayName() + " (" + Entry.id(token.getName()) + ")";
    }
}
