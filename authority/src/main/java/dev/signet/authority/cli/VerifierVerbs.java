package dev.signet.authority.cli;

import dev.signet.v1.ConnectedVerifier;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.ListVerifiersResponse;
import dev.signet.v1.TrustServiceGrpc;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code verifier}: for those who operate verifiers. */
@Command(name = "verifier", description = "The verifiers that follow the authority.")
final class VerifierVerbs {
    private final Shell shell;
    private final Connections connections;

    VerifierVerbs(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Command(
            name = "list",
            aliases = "ls",
            description = "List the verifiers that are connected, with how far each of them is behind.")
    int list(@Mixin Output output) {
        try (Peer authority = connections.authority(connections.credential())) {
            ListVerifiersResponse all = authority.call(
                    Peer.DEADLINE_SECONDS,
                    TrustServiceGrpc::newBlockingStub,
                    trust -> trust.listVerifiers(ListVerifiersRequest.getDefaultInstance()));
            output.print(shell, all, () -> table(all.getVerifiersList()));
        }
        return 0;
    }

    private Table table(List<ConnectedVerifier> verifiers) {
        Times times = new Times(shell.clock().instant());
        Table table = new Table("VERIFIER", "ADDRESS", "VERSION", "ORGANIZATIONS", "BEHIND", "ASKED", "CONNECTED");
        for (ConnectedVerifier verifier : verifiers) {
            table.row(
                    verifier.getVerifier(),
                    verifier.getAddress(),
                    verifier.getVersion(),
                    verifier.getAllOrganizations() ? "all" : String.join(" ", verifier.getOrganizationsList()),
                    String.valueOf(verifier.getRevisionLag()),
                    times.ago(verifier.getLastPingTime()),
                    times.ago(verifier.getConnectTime()));
        }
        return table;
    }
}
