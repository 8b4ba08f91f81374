package dev.signet.authority.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.verifier.testkit.TestCertificates;
import dev.signet.verifier.testkit.TestCertificates.Issued;
import dev.signet.verifier.tls.ClientTls;
import dev.signet.verifier.tls.NettyTls;
import dev.signet.verifier.tls.TlsContext;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** An authority and sidecars that listen on every address of the machine, by TLS; with whom they believe. */
final class SecureHouse {
    static final String WATCHES_ALL = "spiffe://test/sidecar";

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Processes processes;
    private final Path folder;
    private final TestCertificates certificates = new TestCertificates(Instant.now());
    private final int port = Processes.freePort();
    private final int httpPort = Processes.freePort();

    SecureHouse(Processes processes, Path folder) {
        this.processes = processes;
        this.folder = folder;
        certificates.writeAuthority(authorities());
        certificates.server().write(certificate(), key());
    }

    TestCertificates certificates() {
        return certificates;
    }

    Path authorities() {
        return folder.resolve("ca.crt");
    }

    Path certificate() {
        return folder.resolve("tls.crt");
    }

    Path key() {
        return folder.resolve("tls.key");
    }

    Path data() {
        return folder.resolve("data");
    }

    int port() {
        return port;
    }

    int httpPort() {
        return httpPort;
    }

    String address() {
        return "https://localhost:" + port;
    }

    String platformToken() {
        try {
            return Files.readString(data().resolve("platform-token"), UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code signet serve} is told. */
    List<String> serving() {
        return List.of(
                "serve",
                "--data",
                data().toString(),
                "--listen",
                "0.0.0.0:" + port,
                "--http-listen",
                "0.0.0.0:" + httpPort,
                "--tls-certificate",
                certificate().toString(),
                "--tls-key",
                key().toString(),
                "--tls-client-ca",
                authorities().toString(),
                "--tls-verifiers",
                WATCHES_ALL + "=all");
    }

    Running startAuthority() {
        List<String> arguments = new ArrayList<>(serving());
        arguments.add("--exit-with-parent");
        Running running = processes.start(Map.of(), arguments.toArray(String[]::new));
        awaitServing(running, port);
        return running;
    }

    /** Starts a sidecar, which listens on every address as well. */
    Running startSidecar(int sidecarPort, int sidecarHttpPort, Map<String, String> environment, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "sidecar",
                "--authority",
                address(),
                "--ca-certificate",
                authorities().toString(),
                "--listen",
                "0.0.0.0:" + sidecarPort,
                "--http-listen",
                "0.0.0.0:" + sidecarHttpPort,
                "--tls-certificate",
                certificate().toString(),
                "--tls-key",
                key().toString(),
                "--all-organizations",
                "--exit-with-parent"));
        arguments.addAll(List.of(more));
        return processes.start(environment, arguments.toArray(String[]::new));
    }

    /** What a verb needs to find the authority. */
    Map<String, String> environment() {
        return Map.of(
                "SIGNET_ADDRESS",
                address(),
                "SIGNET_CA_CERTIFICATE",
                authorities().toString(),
                "ASTRO_API_TOKEN",
                platformToken());
    }

    void awaitServing(Running running, int at) {
        ManagedChannel channel = channel(at, believing());
        try {
            Await.until(
                    running.name() + " serves", PATIENCE, () -> !running.isAlive() || serves(channel), running::text);
            if (!running.isAlive()) {
                throw new AssertionError(running.name() + " ended: " + running.text());
            }
        } finally {
            channel.shutdownNow();
        }
    }

    private static boolean serves(ManagedChannel channel) {
        channel.resetConnectBackoff();
        try {
            return HealthGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(20, TimeUnit.SECONDS)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    ClientTls believing() {
        return new ClientTls(authorities(), null, null);
    }

    /** Believes, and shows. */
    ClientTls showing(Issued shown) {
        shown.write(folder.resolve("client.crt"), folder.resolve("client.key"));
        return new ClientTls(authorities(), folder.resolve("client.crt"), folder.resolve("client.key"));
    }

    static ManagedChannel channel(int at, ClientTls files) {
        return NettyChannelBuilder.forAddress("localhost", at)
                .sslContext(NettyTls.ofGrpcClient(TlsContext.of(files, InstantSource.system())))
                .build();
    }

    private SSLContext context() {
        return TlsContext.of(believing(), InstantSource.system()).current();
    }

    /** The serial number of the certificate that a port shows whoever connects now. */
    BigInteger shownBy(int at, String protocol) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), at)) {
            socket.setEnabledProtocols(new String[] {protocol});
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    /** The status of what is answered over HTTPS. */
    int status(int at, String path) throws IOException {
        try {
            HttpClient client = HttpClient.newBuilder()
                    .sslContext(context())
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            URI uri = URI.create("https://localhost:" + at + path);
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
