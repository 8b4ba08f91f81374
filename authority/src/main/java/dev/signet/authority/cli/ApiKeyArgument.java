package dev.signet.authority.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** How a verb is told which API key it is about. */
final class ApiKeyArgument {
    private static final String FULL_NAME =
            "organizations/org_[0-9a-z]+/workspaces/(wsp_[0-9a-z]+|-)/deployments/dep_[0-9a-z]+/apiKeys/";

    @Parameters(arity = "0..1", paramLabel = "ID", description = "key_… or full name")
    private @Nullable String id;

    @Option(
            names = {"-t", "--name"},
            paramLabel = "NAME",
            description = "select by present display name")
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
        if (id != null && name != null) {
            throw Failure.usage("give either the API key's id or --name, not both");
        }
        if (id == null && name == null && !shell.terminal()) {
            throw Failure.usage("which API key? Give its id or --name");
        }
        if (id != null && !id.matches("(" + FULL_NAME + ")?key_[0-9a-z]+")) {
            throw Failure.usage("not the id of an API key, which is key_… or a full name: " + id);
        }
    }
}
