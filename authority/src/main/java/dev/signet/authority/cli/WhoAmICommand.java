package dev.signet.authority.cli;

import dev.signet.v1.Grant;
import dev.signet.v1.Principal;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "whoami", description = "Tell whose credential this is, and the roles it holds now.")
final class WhoAmICommand implements Callable<Integer> {
    private final Shell shell;
    private final Connections connections;

    @Mixin
    private Output output = new Output();

    WhoAmICommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Override
    public Integer call() {
        WhoAmIResponse answer;
        try (Peer authority = connections.authority(connections.credential())) {
            answer = authority.call(
                    TokenServiceGrpc::newBlockingStub, tokens -> tokens.whoAmI(WhoAmIRequest.getDefaultInstance()));
        }
        output.print(shell, answer, () -> table(answer));
        return 0;
    }

    private Table table(WhoAmIResponse answer) {
        return new Table("PRINCIPAL", "KIND", "ORGANIZATION", "ROLES", "EXPIRES")
                .row(
                        Entry.id(answer.getPrincipal().getName()),
                        ProtoJson.word(answer.getPrincipal().getKind()),
                        organization(answer.getPrincipal()),
                        roles(answer.getGrantsList()),
                        new Times(shell.clock().instant()).until(answer.hasExpireTime(), answer.getExpireTime()));
    }

    /** A platform token belongs to none. */
    static String organization(Principal principal) {
        return principal.getOrganization().isEmpty() ? "-" : Entry.id(principal.getOrganization());
    }

    /** Roles with where they are held. */
    static String roles(List<Grant> grants) {
        return grants.stream()
                .map(grant -> grant.getRole() + " on " + grant.getResource())
                .collect(Collectors.joining(", "));
    }
}
