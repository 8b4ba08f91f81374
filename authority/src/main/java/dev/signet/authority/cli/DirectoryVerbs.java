package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The verbs of one noun: {@code organization}, {@code workspace} or {@code deployment}. */
@Command
final class DirectoryVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;
    private final Level level;
    private final DirectoryCalls calls;

    DirectoryVerbs(Shell shell, Connections connections, Target target, Level level) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
        this.level = level;
        this.calls = DirectoryCalls.of(level);
    }

    @Command(name = "create", aliases = "cr", description = "Create one.")
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
                            description = "description; organizations have none")
                    @Nullable
                    String description,
            @Mixin Output output) {
        checkDescription(description);
        Credential credential = connections.credential();
        String parent = switch (level) {
            case ORGANIZATION -> "";
            case WORKSPACE -> target.name(Level.ORGANIZATION, null, credential);
            case DEPLOYMENT -> target.name(Level.WORKSPACE, null, credential);
        };
        Message created = ask(
                credential, directory -> calls.create(directory, parent, name, DirectoryCalls.orEmpty(description)));
        shell.say("Created " + level.noun() + " " + name + ".");
        print(created, output);
        return 0;
    }

    @Command(name = "list", aliases = "ls", description = "List those that the credential can see.")
    int list(
            @Option(names = "--limit", paramLabel = "COUNT", description = "at most so many") @Nullable Integer limit,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String parent = switch (level) {
            case ORGANIZATION -> "";
            case WORKSPACE -> target.name(Level.ORGANIZATION, null, credential);
            case DEPLOYMENT -> target.anyWorkspace(credential);
        };
        Message all = ask(
                credential,
                directory -> Pages.read(limit, (size, token) -> calls.list(directory, parent, size, token)));
        output.printList(shell, all, table(Entry.listOf(all)), "No " + level.collection() + " found.");
        return 0;
    }

    @Command(name = "get", description = "Show one.")
    int get(
            @Parameters(arity = "0..1", paramLabel = "ID", description = "id or full name") @Nullable String id,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String name = target.name(level, id, credential);
        print(ask(credential, directory -> calls.get(directory, name)), output);
        return 0;
    }

    @Command(name = "update", aliases = "up", description = "Change the display name or the description.")
    int update(
            @Parameters(arity = "0..1", paramLabel = "ID", description = "id or full name") @Nullable String id,
            @Option(
                            names = {"-n", "--name"},
                            paramLabel = "NAME",
                            description = "new display name")
                    @Nullable
                    String displayName,
            @Option(
                            names = {"-d", "--description"},
                            paramLabel = "TEXT",
                            description = "new description; may be empty")
                    @Nullable
                    String description,
            @Mixin Output output) {
        if (displayName == null && description == null) {
            throw Failure.usage("nothing to change: give --name or --description");
        }
        Credential credential = connections.credential();
        String name = target.name(level, id, credential);
        Message updated = ask(credential, directory -> calls.update(directory, name, displayName, description));
        shell.say("Updated " + level.noun() + " " + Entry.id(name) + ".");
        print(updated, output);
        return 0;
    }

    @Command(name = "delete", aliases = "de", description = "Delete one for good, with everything that ends with it.")
    int delete(
            @Parameters(arity = "0..1", paramLabel = "ID", description = "id or full name") @Nullable String id,
            @Option(
                            names = {"-f", "--force"},
                            description = "do not ask")
                    boolean force,
            @Mixin Confirmation confirmation,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String name = target.explicitName(level, id, credential);
        if (!force) {
            shell.requireTerminal("This deletes the " + level.noun() + " for good.");
            String displayName = Entry.of(ask(credential, directory -> calls.get(directory, name)))
                    .displayName();
            shell.confirm(
                    "This deletes " + level.noun() + " " + displayName + " (" + Entry.id(name)
                            + ") for good; every credential of it ends.",
                    "Type its name to go on:",
                    displayName);
        }
        Message deleted = ask(
                confirmation.deadlineSeconds(), credential, directory -> calls.delete(directory, name, confirmation));
        shell.say("Deleted " + level.noun() + " " + Entry.id(name) + ".");
        confirmation.tell(shell, deleted);
        output.printJson(shell, deleted);
        return 0;
    }

    private void checkDescription(@Nullable String description) {
        if (level == Level.ORGANIZATION && description != null) {
            throw Failure.usage("an organization has no description");
        }
    }

    private <T> T ask(Credential credential, Function<DirectoryServiceBlockingStub, T> rpc) {
        return ask(Peer.DEADLINE_SECONDS, credential, rpc);
    }

    private <T> T ask(int seconds, Credential credential, Function<DirectoryServiceBlockingStub, T> rpc) {
        try (Peer authority = connections.authority(credential)) {
            return authority.call(seconds, DirectoryServiceGrpc::newBlockingStub, rpc);
        }
    }

    private void print(Message answer, Output output) {
        output.print(shell, answer, () -> table(List.of(Entry.of(answer))));
    }

    private Table table(List<Entry> entries) {
        Times times = new Times(shell.clock().instant());
        Table table = level == Level.DEPLOYMENT
                ? new Table("ID", "NAME", "WORKSPACE", "DESCRIPTION", "CREATED")
                : new Table("ID", "NAME", "DESCRIPTION", "CREATED");
        for (Entry entry : entries) {
            String created = times.ago(entry.createTime());
            if (level == Level.DEPLOYMENT) {
                table.row(Entry.id(entry.name()), entry.displayName(), entry.parentId(), entry.description(), created);
            } else {
                table.row(Entry.id(entry.name()), entry.displayName(), entry.description(), created);
            }
        }
        return table;
    }
}
