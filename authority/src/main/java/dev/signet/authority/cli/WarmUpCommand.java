package dev.signet.authority.cli;

import dev.signet.authority.Authority;
import dev.signet.v1.Verdict;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.verifier.ListenAddress;
import dev.signet.verifier.sidecar.Sidecar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** The training run for class-data sharing: loads what the processes and the verbs load, and prints nothing. */
@Command(name = "warm-up", hidden = true, description = "Load every class once.")
final class WarmUpCommand implements Callable<Integer> {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int POLL_MILLIS = 20;

    private final Connections connections;

    WarmUpCommand(Connections connections) {
        this.connections = connections;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // As logback.xml reads it; nothing has logged yet.
        System.setProperty("signet.log", "OFF");
        Path data = Files.createTempDirectory("signet-warm-up");
        try {
            return run(data) ? 0 : Failure.REFUSED;
        } finally {
            delete(data);
        }
    }

    private boolean run(Path data) throws IOException, InterruptedException {
        Map<Setting, String> serve = Map.of(SettingTable.DATA, data.toString(), SettingTable.LISTEN, "127.0.0.1:0");
        try (Authority authority =
                Authority.start(ServeCommand.config(new Settings(SettingTable.SERVE, serve, Map.of())))) {
            String address = new ListenAddress("127.0.0.1", authority.port()).toString();
            String platformToken =
                    Files.readString(data.resolve("platform-token")).strip();
            Map<Setting, String> sidecar = Map.of(
                    SettingTable.AUTHORITY, address,
                    SettingTable.SIDECAR_LISTEN, "127.0.0.1:0",
                    SettingTable.ALL_ORGANIZATIONS, "true");
            Endpoint endpoint = Endpoint.parse("authority", address);
            try (Sidecar verifier = Sidecar.start(SidecarCommand.config(
                    new Settings(SettingTable.SIDECAR, sidecar, Map.of()),
                    new Credential(platformToken, null, null)))) {
                Demo demo = Demo.prepare(platformToken, token -> connections.authority(endpoint, token));
                return verify(verifier.port(), demo.token());
            }
        }
    }

    private boolean verify(int port, String token) throws InterruptedException {
        Endpoint endpoint = Endpoint.parse("verifier", new ListenAddress("127.0.0.1", port).toString());
        try (Peer verifier =
                new Peer(Server.VERIFIER, endpoint, connections.opener().apply(endpoint), null)) {
            for (int waited = 0; waited < PATIENCE_MILLIS; waited += POLL_MILLIS) {
                Verdict verdict = verifier.call(
                        VerifierServiceGrpc::newBlockingStub,
                        stub -> stub.verify(VerifyRequest.newBuilder()
                                        .setToken(token)
                                        .build())
                                .getVerdict());
                if (verdict.getAccepted()) {
                    return true;
                }
                Thread.sleep(POLL_MILLIS);
            }
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(folder)) {
            paths = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
