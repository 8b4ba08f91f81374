package dev.signet.authority.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a verb is told which token it is about. With both, the id selects and the name must be that token's. */
final class TokenArgument {
    @Parameters(arity = "0..1", paramLabel = "ID", description = "tok_… or full name")
    private @Nullable String id;

    @Option(
            names = {"-t", "--name"},
            paramLabel = "NAME",
            description = "select by present display name; next to an id it must be that token's")
    private @Nullable String name;

    @Nullable
    String id() {
        return id;
    }

    @Nullable
    String name() {
        return name;
    }

    /** Refuses what cannot select anything, before anything is sent. */
    void check(Shell shell) {
        check(shell, id, name, "--name");
    }

    /** @param flag the one that takes the name */
    static void check(Shell shell, @Nullable String id, @Nullable String name, String flag) {
        if (id == null && name == null && !shell.terminal()) {
            throw Failure.usage("which token? Give its id or " + flag);
        }
        if (id != null && !id.matches("(organizations/org_[0-9a-z]+/tokens/)?tok_[0-9a-z]+")) {
            throw Failure.usage("not the id of a token, which is tok_… or a full name: " + id);
        }
    }
}
