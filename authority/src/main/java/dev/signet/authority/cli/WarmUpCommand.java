package dev.signet.authority.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.signet.authority.Authority;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.verifier.ListenAddress;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The training run for class-data sharing: loads what the processes and the verbs load, and prints nothing. The sidecar
 * runs in a process of its own, and has an archive of its own: the authority's classes would be in its memory else.
 */
@Command(name = "warm-up", hidden = true, description = "Load every class once.")
final class WarmUpCommand implements Callable<Integer> {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int POLL_MILLIS = 20;

    private static final String ARCHIVE = "-XX:ArchiveClassesAtExit=";

    private final Connections connections;

    @Option(names = "--sidecar-class-path", description = "the class path of the sidecar")
    private String sidecarClassPath = System.getProperty("java.class.path");

    @Option(names = "--sidecar-classes", description = "where the classes that the sidecar loads are listed")
    private @Nullable Path sidecarClasses;

    @Option(names = "--sidecar-flags", split = " ", description = "the virtual machine's flags for the sidecar")
    private List<String> sidecarFlags = List.of();

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
        Map<Setting, String> serve = Map.of(
                SettingTable.DATA, data.toString(),
                SettingTable.LISTEN, "127.0.0.1:0",
                SettingTable.HTTP_LISTEN, "127.0.0.1:0");
        try (Authority authority =
                Authority.start(ServeCommand.config(new Settings(SettingTable.SERVE, serve, Map.of())))) {
            String address = new ListenAddress("127.0.0.1", authority.port()).toString();
            String platformToken =
                    Files.readString(data.resolve("platform-token")).strip();
            Demo demo = Demo.prepare(
                    platformToken, token -> connections.authority(Endpoint.parse("authority", address), token));
            return sidecar(address, platformToken, demo.token(), data);
        }
    }

    private boolean sidecar(String authority, String credential, String token, Path folder)
            throws IOException, InterruptedException {
        int port;
        int httpPort;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket another = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
            httpPort = another.getLocalPort();
        }
        String listen = new ListenAddress("127.0.0.1", port).toString();
        String httpListen = new ListenAddress("127.0.0.1", httpPort).toString();
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith(ARCHIVE))
                .forEach(command::add);
        command.addAll(sidecarFlags);
        if (sidecarClasses != null) {
            command.add("-XX:DumpLoadedClassList=" + sidecarClasses);
        }
        command.addAll(List.of("-cp", sidecarClassPath, Main.class.getName()));
        command.addAll(List.of("sidecar", "--authority", authority, "--listen", listen, "--all-organizations"));
        command.addAll(List.of("--http-listen", httpListen));
        Path socket = folder.resolve("sidecar.sock");
        command.addAll(List.of("--socket", socket.toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        SettingTable.SIDECAR.forEach(setting -> builder.environment().remove(String.valueOf(setting.variable())));
        builder.environment().put(String.valueOf(SettingTable.CREDENTIAL.variable()), credential);
        Process sidecar = builder.start();
        try {
            return verify(Endpoint.parse("verifier", listen), token, sidecar)
                    // Its connections are of other classes.
                    && verify(Endpoint.parse("verifier", "unix:" + socket), token, sidecar)
                    && letsPass(httpPort, token);
        } finally {
            sidecar.destroy();
            if (!sidecar.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                sidecar.destroyForcibly();
            }
        }
    }

    private boolean verify(Endpoint endpoint, String token, Process sidecar) throws InterruptedException {
        for (int waited = 0; waited < PATIENCE_MILLIS && sidecar.isAlive(); waited += POLL_MILLIS) {
            if (Health.of(endpoint, connections.opener()) == Health.SERVING) {
                try (Peer verifier =
                        new Peer(Server.VERIFIER, endpoint, connections.opener().apply(endpoint), null)) {
                    return verifier.call(
                                    VerifierServiceGrpc::newBlockingStub,
                                    stub -> stub.verify(VerifyRequest.newBuilder()
                                                    .setToken(token)
                                                    .build())
                                            .getVerdict())
                            .getAccepted();
                }
            }
            Thread.sleep(POLL_MILLIS);
        }
        return false;
    }

    private static boolean letsPass(int port, String token) throws IOException {
        String request =
                "GET /forward-auth/nginx HTTP/1.1\r\nHost: sidecar\r\nConnection: close\r\nAuthorization: Bearer "
                        + token + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII).startsWith("HTTP/1.1 200 ");
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
