package dev.signet.authority.cli;

import dev.signet.v1.DirectoryServiceGrpc;
import dev.signet.v1.GetOrganizationRequest;
import dev.signet.v1.RevokeAllRequest;
import dev.signet.v1.RevokeAllResponse;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization revoke-all}: for when nobody knows what has leaked. */
@Command(name = "revoke-all", description = "End every token's value, this credential's too, and delete every API key.")
final class RevokeAllCommand implements Callable<Integer> {
    private final Shell shell;
    private final Connections connections;
    private final Target target;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "id or full name")
    private @Nullable String id;

    @Option(
            names = {"-f", "--force"},
            description = "do not ask")
    private boolean force;

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Mixin
    private Output output = new Output();

    RevokeAllCommand(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Override
    public Integer call() {
        if (!force) {
            shell.requireTerminal("This ends every credential of the organization.");
        }
        Credential credential = connections.credential();
        String name = target.explicitName(Level.ORGANIZATION, id, credential);
        try (Peer authority = connections.authority(credential)) {
            if (!force) {
                String displayName = authority
                        .call(
                                DirectoryServiceGrpc::newBlockingStub,
                                directory -> directory.getOrganization(GetOrganizationRequest.newBuilder()
                                        .setName(name)
                                        .build()))
                        .getOrganization()
                        .getDisplayName();
                shell.confirm(
                        "Every token of organization " + displayName + " (" + Entry.id(name)
                                + ") ends, the one that is used here too, and every API key is deleted.",
                        "Type its name to go on:",
                        displayName);
            }
            RevokeAllRequest.Builder request = RevokeAllRequest.newBuilder().setName(name);
            confirmation.ask(request);
            RevokeAllResponse done = authority.call(
                    confirmation.deadlineSeconds(),
                    DirectoryServiceGrpc::newBlockingStub,
                    directory -> directory.revokeAll(request.build()));
            shell.say("Every credential of organization " + Entry.id(name) + " ended; " + done.getDeletedApiKeyCount()
                    + " API keys were deleted. A platform token can make an owner's.");
            confirmation.tell(shell, done);
            output.printJson(shell, done);
        }
        return 0;
    }
}
