package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens the way to the two servers, as the environment names them. */
record Connections(Shell shell, Function<Endpoint, ManagedChannel> opener) {

    Endpoint endpoint(Server server) {
        Setting setting = server.setting();
        String text = new Settings(List.of(setting), Map.of(), shell.environment()).text(setting);
        try {
            return Endpoint.parse(setting.key(), text);
        } catch (InvalidConfiguration e) {
            throw Failure.usage(e.getMessage() + " (" + setting.ways() + ")");
        }
    }

    /** The credential that every verb but login uses. */
    Credential credential() {
        return new Credentials(shell, this).find();
    }

    Peer authority(Credential credential) {
        Endpoint own = credential.authority();
        return authority(own == null ? endpoint(Server.AUTHORITY) : own, credential.token());
    }

    Peer authority(Endpoint endpoint, String token) {
        return new Peer(
                        Server.AUTHORITY,
                        endpoint,
                        opener.apply(endpoint),
                        token,
                        shell.terminal() ? shell.err() : null)
                .tracedBy(traceparent());
    }

    /** For the one call of the authority that needs no credential. */
    Peer anonymous() {
        Endpoint endpoint = endpoint(Server.AUTHORITY);
        return new Peer(Server.AUTHORITY, endpoint, opener.apply(endpoint), null).tracedBy(traceparent());
    }

    /** A verifier answers anybody. */
    Peer verifier() {
        Endpoint endpoint = endpoint(Server.VERIFIER);
        return new Peer(Server.VERIFIER, endpoint, opener.apply(endpoint), null);
    }

    private @Nullable String traceparent() {
        return shell.environment().get("TRACEPARENT");
    }
}
