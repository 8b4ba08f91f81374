package dev.signet.authority.cli;

import dev.signet.verifier.InvalidConfiguration;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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

    Peer authority(Credential credential) {
        return authority(endpoint(Server.AUTHORITY), credential.token());
    }

    Peer authority(Endpoint endpoint, String token) {
        return new Peer(Server.AUTHORITY, endpoint, opener.apply(endpoint), token);
    }

    /** A verifier answers anybody. */
    Peer verifier() {
        Endpoint endpoint = endpoint(Server.VERIFIER);
        return new Peer(Server.VERIFIER, endpoint, opener.apply(endpoint), null);
    }
}
