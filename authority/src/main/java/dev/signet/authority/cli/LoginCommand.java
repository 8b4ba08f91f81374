package dev.signet.authority.cli;

import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.v1.WhoAmIResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "login", description = "Check a token and keep it for later commands.")
final class LoginCommand implements Callable<Integer> {
    private final Shell shell;
    private final Connections connections;

    @Option(
            names = {"-t", "--token-login"},
            paramLabel = "TOKEN",
            description = "the token, - for standard input; asked for without")
    private @Nullable String given;

    LoginCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Override
    public Integer call() throws IOException {
        Path file = Login.file(shell);
        if (file == null) {
            throw Failure.refused("nowhere to keep it: set " + SettingTable.HOME.variable());
        }
        Endpoint authority = connections.endpoint(Server.AUTHORITY);
        String token = token();
        Credential.of("the token", token, authority, shell.clock().instant());
        WhoAmIResponse who;
        try (Peer peer = connections.authority(authority, token)) {
            who = peer.call(
                    TokenServiceGrpc::newBlockingStub, tokens -> tokens.whoAmI(WhoAmIRequest.getDefaultInstance()));
        }
        new Login(authority, token).write(file);
        String expires = new Times(shell.clock().instant()).until(who.hasExpireTime(), who.getExpireTime());
        shell.say("Logged in at " + authority + " as "
                + Entry.id(who.getPrincipal().getName()) + "; expires: " + expires + ".");
        if (shell.variable(Credentials.TOKEN) != null
                || shell.variable(Credentials.KEY_ID) != null
                || shell.variable(Credentials.KEY_SECRET) != null) {
            shell.say("signet: the environment holds a credential, which is used instead of the login");
        }
        return 0;
    }

    private String token() {
        if (given != null) {
            if (!given.equals("-")) {
                shell.err()
                        .println("signet: every user of this machine sees the arguments of a command: rather give "
                                + "--token-login - and the token on standard input");
            }
            return shell.argumentOrInput(given);
        }
        if (!shell.terminal()) {
            throw Failure.usage("which token? Give --token-login - and the token on standard input");
        }
        String pasted = shell.askHidden("Paste a token, it is not shown: ");
        if (pasted == null || pasted.isBlank()) {
            throw Failure.canceled();
        }
        return pasted.strip();
    }
}
