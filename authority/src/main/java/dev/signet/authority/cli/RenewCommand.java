package dev.signet.authority.cli;

import dev.signet.v1.RenewUserTokenRequest;
import dev.signet.v1.RenewUserTokenResponse;
import dev.signet.v1.UserServiceGrpc;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "token", description = "Make a fresh user token with the present one, and print it.")
final class RenewCommand implements Callable<Integer> {
    private final Shell shell;
    private final Connections connections;

    @Mixin
    private Output output = new Output();

    RenewCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Override
    public Integer call() {
        RenewUserTokenResponse renewed;
        try (Peer authority = connections.authority(connections.credential())) {
            renewed = authority.call(
                    UserServiceGrpc::newBlockingStub,
                    users -> users.renewUserToken(RenewUserTokenRequest.getDefaultInstance()));
        }
        output.printValue(shell, renewed, renewed.getValue());
        return 0;
    }
}
