package dev.signet.authority.cli;

import com.google.protobuf.util.Durations;
import dev.signet.v1.CreateUserTokenRequest;
import dev.signet.v1.CreateUserTokenResponse;
import dev.signet.v1.User;
import dev.signet.v1.UserServiceGrpc;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code organization user token}. */
@Command(name = "token", aliases = "to", description = "User tokens, which let a person in for a day at most.")
final class UserTokenVerbs {
    private final Shell shell;
    private final Connections connections;
    private final Target target;

    UserTokenVerbs(Shell shell, Connections connections, Target target) {
        this.shell = shell;
        this.connections = connections;
        this.target = target;
    }

    @Command(name = "create", aliases = "cr", description = "Create a user token and print its value, this once.")
    int create(
            @Parameters(paramLabel = "USER", description = "usr_… or email") String user,
            @Option(
                            names = "--lifetime",
                            paramLabel = "DURATION",
                            description = "how long it lasts, such as 8h (default: 24h, the most)")
                    @Nullable
                    Duration lifetime,
            @Option(
                            names = {"-c", "--clean-output"},
                            description = "print only the value")
                    boolean clean,
            @Mixin Output output) {
        Credential credential = connections.credential();
        String organization = target.name(Level.ORGANIZATION, null, credential);
        try (Peer authority = connections.authority(credential)) {
            User found = new Users(authority).require(organization, user);
            CreateUserTokenRequest.Builder request =
                    CreateUserTokenRequest.newBuilder().setName(found.getName());
            if (lifetime != null) {
                request.setLifetime(Durations.fromMillis(lifetime.toMillis()));
            }
            CreateUserTokenResponse created =
                    authority.call(UserServiceGrpc::newBlockingStub, users -> users.createUserToken(request.build()));
            if (clean) {
                shell.out().println(created.getValue());
                return 0;
            }
            shell.say("Created a user token for " + Users.label(found) + ", which expires "
                    + new Times(shell.clock().instant()).until(true, created.getExpireTime())
                    + ". Copy its value now: it will not be shown again.");
            output.printValue(shell, created, created.getValue());
        }
        return 0;
    }
}
