package dev.signet.verifier.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestCertificates;
import dev.signet.verifier.testkit.TestCertificates.Issued;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gRPC server and its clients, over sockets. */
final class NettyTlsTest {
    private static final InstantSource CLOCK = InstantSource.system();

    private final Instant now = Instant.now();
    private final TestCertificates certificates = new TestCertificates(now);
    private final FakeScheduler scheduler = new FakeScheduler(new FakeClocks());

    @TempDir
    private Path folder;

    private Path authorities;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        authorities = certificates.writeAuthority(folder.resolve("ca.crt"));
        certificates.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        TlsContext tls =
                TlsContext.of(new ServerTls(folder.resolve("tls.crt"), folder.resolve("tls.key"), authorities), CLOCK);
        tls.follow(scheduler);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sslContext(NettyTls.ofGrpcServer(tls))
                .addService(new HealthStatusManager().getHealthService())
                .build()
                .start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.shutdownNow().awaitTermination();
    }

    @Test
    void aServerIsBelievedByItsNameAndItsAuthority() {
        assertEquals(ServingStatus.SERVING, ask("localhost", believing(authorities)));
        assertEquals(ServingStatus.SERVING, ask("127.0.0.1", believing(authorities)));
    }

    @Test
    void aServerOfAnotherAuthorityIsNot() {
        Path others = new TestCertificates(now).writeAuthority(folder.resolve("others.crt"));
        assertTlsFails("localhost", believing(others));
        assertTlsFails("localhost", ClientTls.DEFAULT);
    }

    @Test
    void aServerOfAnotherNameIsNot() {
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").dns("elsewhere.example"))
                .write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        scheduler.advance(Duration.ofSeconds(TlsContext.CHECK_SECONDS));
        assertTlsFails("localhost", believing(authorities));
    }

    @Test
    void aCertificateThatIsReplacedIsSeenByWhoeverConnectsNext() throws IOException, GeneralSecurityException {
        BigInteger first = served(TlsContext.PROTOCOL);
        certificates.server().write(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        assertEquals(first, served(TlsContext.PROTOCOL));
        scheduler.advance(Duration.ofSeconds(TlsContext.CHECK_SECONDS));
        assertNotEquals(first, served(TlsContext.PROTOCOL));
    }

    @Test
    void noOlderVersionIsSpoken() {
        assertThrows(SSLException.class, () -> served("TLSv1.2"));
    }

    @Test
    void aClientNeedShowNothingButWhatItShowsMustBeGood() {
        assertEquals(
                ServingStatus.SERVING,
                ask("localhost", showing(certificates.workload("spiffe://test/sidecar"), authorities)));
        Issued stranger = new TestCertificates(now).workload("spiffe://test/sidecar");
        assertTlsFails("localhost", showing(stranger, authorities));
        Issued serverOnly = certificates.server();
        assertTlsFails("localhost", showing(serverOnly, authorities));
    }

    @Test
    void anExpiredClientIsRefused() throws IOException {
        Issued expired = certificates.issue(
                wanted -> wanted.notAfter(now.minusSeconds(60)).forClients());
        // Ours would not even show it.
        SslContext shows = GrpcSslContexts.forClient()
                .trustManager(authorities.toFile())
                .keyManager(expired.key(), expired.chain())
                .build();
        assertTlsFails("localhost", shows);
    }

    /** The serial number of the certificate that is shown. */
    private BigInteger served(String protocol) throws IOException, GeneralSecurityException {
        TlsContext tls = TlsContext.of(believing(authorities), CLOCK);
        try (SSLSocket socket = (SSLSocket)
                tls.current().getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.getPort())) {
            socket.setEnabledProtocols(new String[] {protocol});
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            SSLSession session = socket.getSession();
            assertEquals(protocol, session.getProtocol());
            return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static ClientTls believing(Path authorities) {
        return new ClientTls(authorities, null, null);
    }

    private ClientTls showing(Issued shown, Path authorities) {
        shown.write(folder.resolve("client.crt"), folder.resolve("client.key"));
        return new ClientTls(authorities, folder.resolve("client.crt"), folder.resolve("client.key"));
    }

    private ServingStatus ask(String host, ClientTls files) {
        return ask(host, NettyTls.ofGrpcClient(TlsContext.of(files, CLOCK)));
    }

    private ServingStatus ask(String host, SslContext tls) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(host, server.getPort())
                .sslContext(tls)
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
        } finally {
            channel.shutdownNow();
        }
    }

    private void assertTlsFails(String host, ClientTls files) {
        assertTlsFails(host, NettyTls.ofGrpcClient(TlsContext.of(files, CLOCK)));
    }

    private void assertTlsFails(String host, SslContext tls) {
        Throwable cause = assertThrows(StatusRuntimeException.class, () -> ask(host, tls));
        while (cause != null && !(cause instanceof SSLException)) {
            cause = cause.getCause();
        }
        assertTrue(cause instanceof SSLException);
    }
}
