package dev.signet.authority.cli;

import com.google.protobuf.Message;
import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.DirectoryServiceGrpc.DirectoryServiceBlockingStub;
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
                            description = "description")
                    @Nullable String description,
            @Mixin Output output) {
        requireText(name);
        return ask((directory, credential) -> {
            String parent =
                    switch (level) {
                        case ORGANIZATION -> "";
                        case WORKSPACE -> target.name(Level.ORGANIZATION, null, credential);
                        case DEPLOYMENT -> target.name(Level.WORKSPACE, null, credential);
                    };
            return directory.apply(
                    stub -> calls.create(stub, parent, name, DirectoryCalls.orEmpty(description)));
        }, created -> output.print(shell, created, () -> table(Entry.of(created))));
    }
}
