package dev.signet.authority.cli;

import com.google.gson.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Tell whether authority and verifier serve. Ends with 0 only if both do.")
final class StatusCommand implements Callable<Integer> {
    private final Shell shell;
    private final Connections connections;

    @Mixin
    private Output output = new Output();

    StatusCommand(Shell shell, Connections connections) {
        this.shell = shell;
        this.connections = connections;
    }

    @Override
    public Integer call() {
        JsonObject json = new JsonObject();
        Table table = new Table("SERVER", "ADDRESS", "STATUS");
        boolean serving = true;
        for (Server server : Server.values()) {
            Endpoint endpoint = connections.endpoint(server);
            Health health = Health.of(endpoint, connections.opener());
            serving &= health == Health.SERVING;
            table.row(server.noun(), endpoint.text(), health.toString());
            JsonObject status = new JsonObject();
            status.addProperty("address", endpoint.text());
            status.addProperty("status", health.toString());
            json.add(server.noun(), status);
        }
        output.print(shell, json, () -> table);
        return serving ? 0 : Failure.REFUSED;
    }
}
