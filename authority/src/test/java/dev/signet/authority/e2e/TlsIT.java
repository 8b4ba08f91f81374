package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.rpc.ErrorInfo;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.VerifierServiceGrpc;
import dev.signet.v1.VerifyRequest;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.v1.WhoAmIRequest;
import dev.signet.verifier.feed.BearerToken;
import dev.signet.verifier.testkit.TestCertificates;
import dev.signet.verifier.testkit.TestCertificates.Issued;
import dev.signet.verifier.tls.ClientTls;
import dev.signet.verifier.tls.TlsContext;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Both processes off loopback: by TLS, or not at all. */
final class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    @TempDir
    private static Path folder;

    private static SecureHouse house;
    private static Running authority;

    @BeforeAll
    static void start() {
        house = new SecureHouse(PROCESSES, folder);
        authority = house.startAuthority();
    }

    @AfterAll
    static void stop() {
        authority.terminate();
    }

    @Test
    void verbsGoByTls() {
        Processes.Run whoami = Processes.run(house.environment(), "whoami", "-o", "json");
        assertEquals(0, whoami.exitCode(), whoami.err());
        assertTrue(whoami.out().contains("platform"), whoami.out());
    }

    @Test
    void verbsBelieveOnlyWhomTheyAreTold() {
        Path others = new TestCertificates(Instant.now()).writeAuthority(folder.resolve("others.crt"));
        Map<String, String> environment = new HashMap<>(house.environment());
        environment.put("SIGNET_CA_CERTIFICATE", others.toString());
        assertTlsFails(Processes.run(environment, "whoami"));
        environment.put("SIGNET_CA_CERTIFICATE", "");
        assertTlsFails(Processes.run(environment, "whoami"));
        environment.put("SIGNET_CA_CERTIFICATE", folder.resolve("none").toString());
        Processes.Run none = Processes.run(environment, "whoami");
        assertEquals(2, none.exitCode());
        assertTrue(none.err().contains("SIGNET_CA_CERTIFICATE"), none.err());
    }

    private static void assertTlsFails(Processes.Run run) {
        assertEquals(1, run.exitCode(), run.err());
        assertTrue(run.err().contains("TLS with the authority at " + house.address() + " failed"), run.err());
        assertFalse(run.err().contains(house.platformToken()));
    }

    @Test
    void aSidecarWithATokenOrACertificate() throws IOException {
        int port = Processes.freePort();
        int http = Processes.freePort();
        Running byToken = house.startSidecar(port, http, Map.of("ASTRO_API_TOKEN", house.platformToken()));
        Issued shown = house.certificates().workload(SecureHouse.WATCHES_ALL);
        shown.write(folder.resolve("sidecar.crt"), folder.resolve("sidecar.key"));
        int second = Processes.freePort();
        Running byCertificate = house.startSidecar(
                second,
                Processes.freePort(),
                Map.of(),
                "--client-certificate",
                folder.resolve("sidecar.crt").toString(),
                "--client-key",
                folder.resolve("sidecar.key").toString());
        house.awaitServing(byToken, port);
        house.awaitServing(byCertificate, second);
        for (int each : List.of(port, second)) {
            ManagedChannel channel = SecureHouse.channel(each, house.believing());
            assertTrue(VerifierServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(20, TimeUnit.SECONDS)
                    .verify(VerifyRequest.newBuilder()
                            .setToken(house.platformToken())
                            .build())
                    .getVerdict()
                    .getAccepted());
            assertEquals(Status.Code.UNIMPLEMENTED, reflection(channel));
            channel.shutdownNow();
            assertThrows(SSLException.class, () -> house.shownBy(each, "TLSv1.2"));
        }
        assertEquals(200, house.status(http, "/readyz"));
        assertEquals(404, house.status(http, "/metrics"));
        assertThrows(SSLException.class, () -> house.shownBy(http, "TLSv1.2"));

        ManagedChannel channel = SecureHouse.channel(house.port(), house.believing());
        String watching = TrustServiceGrpc.newBlockingStub(channel)
                .withCallCredentials(new BearerToken(house.platformToken()))
                .listVerifiers(ListVerifiersRequest.getDefaultInstance())
                .toString();
        channel.shutdownNow();
        assertTrue(watching.contains("credential: \"" + SecureHouse.WATCHES_ALL + "\""), watching);
        byToken.kill();
        byCertificate.kill();
    }

    @Test
    void aCertificateThatIsReplacedIsShownToWhoeverConnectsNext() throws IOException {
        ManagedChannel open = SecureHouse.channel(house.port(), house.believing());
        assertEquals(Status.Code.UNIMPLEMENTED, reflection(open));
        BigInteger first = house.shownBy(house.port(), TlsContext.PROTOCOL);
        assertEquals(first, house.shownBy(house.httpPort(), TlsContext.PROTOCOL));
        Issued next = house.certificates().server();
        assertNotEquals(first, next.certificate().getSerialNumber());
        next.write(house.certificate(), house.key());
        for (int port : List.of(house.port(), house.httpPort())) {
            Await.until("the new certificate", PATIENCE, () -> {
                try {
                    return house.shownBy(port, TlsContext.PROTOCOL)
                            .equals(next.certificate().getSerialNumber());
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
        }
        // Who was connected still is.
        assertEquals(Status.Code.UNIMPLEMENTED, reflection(open));
        open.shutdownNow();

        // One that cannot be used is not.
        house.certificates().server().writeKey(house.key());
        Await.until(
                "complaint",
                PATIENCE,
                () -> authority.text().contains("tls-key: is not the key of the certificate in tls-certificate"));
        assertEquals(next.certificate().getSerialNumber(), house.shownBy(house.port(), TlsContext.PROTOCOL));
        next.writeKey(house.key());
    }

    @Test
    void noOlderVersionAndNoPlaintext() {
        assertThrows(SSLException.class, () -> house.shownBy(house.port(), "TLSv1.2"));
        assertThrows(SSLException.class, () -> house.shownBy(house.httpPort(), "TLSv1.2"));
        try (Client plain = new Client(house.port(), house.platformToken())) {
            assertThrows(StatusRuntimeException.class, () -> plain.createOrganization("nowhere"));
        }
    }

    @Test
    void httpGoesByTlsAndKeepsItsMetrics() throws IOException {
        assertEquals(200, house.status(house.httpPort(), "/.well-known/jwks.json"));
        assertEquals(404, house.status(house.httpPort(), "/metrics"));
    }

    @Test
    void aCertificateIsForWatchingAlone() {
        ClientTls shows = house.showing(house.certificates().workload(SecureHouse.WATCHES_ALL));
        ManagedChannel channel = SecureHouse.channel(house.port(), shows);
        try {
            assertEquals(
                    "CREDENTIALS_MISSING",
                    reason(() -> TokenServiceGrpc.newBlockingStub(channel).whoAmI(WhoAmIRequest.getDefaultInstance())));
            assertEquals(
                    "CREDENTIALS_MISSING",
                    reason(() -> TrustServiceGrpc.newBlockingStub(channel)
                            .listVerifiers(ListVerifiersRequest.getDefaultInstance())));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void whoIsNotKnownMayNotWatch() {
        assertEquals("UNKNOWN_CERTIFICATE", watched(house.certificates().workload("spiffe://test/other")));
        assertEquals("UNKNOWN_CERTIFICATE", watched(house.certificates().workload("spiffe://elsewhere/sidecar")));
        assertEquals(
                "CERTIFICATE_WITHOUT_NAME",
                watched(house.certificates()
                        .issue(wanted -> wanted.uri(SecureHouse.WATCHES_ALL)
                                .uri(SecureHouse.WATCHES_ALL + "2")
                                .forClients())));
        assertEquals("UNAVAILABLE", watched(new TestCertificates(Instant.now()).workload(SecureHouse.WATCHES_ALL)));
        assertEquals("WELCOME", watched(house.certificates().workload(SecureHouse.WATCHES_ALL)));
    }

    /** The reason why it may not watch, or the kind of the first answer. */
    private static String watched(Issued shown) {
        ManagedChannel channel = SecureHouse.channel(house.port(), house.showing(shown));
        try {
            WatchResponse first = firstOf(observer -> TrustServiceGrpc.newStub(channel)
                    .watch(observer)
                    .onNext(WatchRequest.newBuilder()
                            .setSubscribe(Subscribe.newBuilder().setAllOrganizations(true))
                            .build()));
            return first.getMessageCase().name();
        } catch (StatusRuntimeException e) {
            return reason(e);
        } finally {
            channel.shutdownNow();
        }
    }

    private static Status.Code reflection(ManagedChannel channel) {
        try {
            ServerReflectionResponse unused = firstOf(observer -> ServerReflectionGrpc.newStub(channel)
                    .serverReflectionInfo(observer)
                    .onNext(ServerReflectionRequest.newBuilder()
                            .setListServices("")
                            .build()));
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** The first that a stream brings. */
    private static <T> T firstOf(Consumer<StreamObserver<T>> call) {
        CompletableFuture<T> first = new CompletableFuture<>();
        call.accept(new StreamObserver<>() {
            @Override
            public void onNext(T value) {
                first.complete(value);
            }

            @Override
            public void onError(Throwable error) {
                first.completeExceptionally(error);
            }

            @Override
            public void onCompleted() {
                first.completeExceptionally(new AssertionError("nothing came"));
            }
        });
        try {
            return first.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StatusRuntimeException status) {
                throw status;
            }
            throw e;
        }
    }

    private static String reason(Runnable call) {
        return reason(assertThrows(StatusRuntimeException.class, call::run));
    }

    private static String reason(StatusRuntimeException failure) {
        return StatusProto.fromThrowable(failure).getDetailsList().stream()
                .filter(detail -> detail.is(ErrorInfo.class))
                .findFirst()
                .map(detail -> {
                    try {
                        return detail.unpack(ErrorInfo.class).getReason();
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .orElse(failure.getStatus().getCode().name());
    }

    @Test
    void aStartThatCannotBeIsRefused(@TempDir Path other) throws IOException {
        Path certificate = other.resolve("tls.crt");
        Path key = other.resolve("tls.key");
        house.certificates().server().write(certificate, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(1, "--tls-key", "chmod 600", serving(other, certificate, key));
        house.certificates()
                .issue(wanted -> wanted.dns("localhost").notAfter(Instant.now().minusSeconds(60)))
                .write(certificate, key);
        assertRefused(1, "--tls-certificate", "expired at", serving(other, certificate, key));
        assertRefused(
                2,
                "--tls-key",
                "is needed",
                List.of("serve", "--data", other.toString(), "--tls-certificate", certificate.toString()));
        assertRefused(
                2,
                "--listen",
                "plaintext-off-loopback",
                List.of("serve", "--data", other.toString(), "--listen", "0.0.0.0:0"));
        assertRefused(
                2,
                "--http-listen",
                "plaintext-off-loopback",
                List.of("serve", "--data", other.toString(), "--http-listen", "0.0.0.0:0"));
        List<String> both = new ArrayList<>(serving(other, certificate, key));
        both.add("--plaintext-off-loopback");
        assertRefused(2, "--plaintext-off-loopback", "contradicts", both);
        List<String> nobody = new ArrayList<>(serving(other, certificate, key));
        nobody.addAll(List.of("--tls-verifiers", SecureHouse.WATCHES_ALL + "=all"));
        assertRefused(2, "--tls-client-ca", "is needed", nobody);
        nobody.addAll(List.of("--tls-verifiers", "spiffe://elsewhere/sidecar=all"));
        assertRefused(2, "--tls-verifiers", "one trust domain", nobody);
        for (String flag : List.of("--listen", "--http-listen")) {
            assertRefused(2, flag, "plaintext-off-loopback", List.of("sidecar", flag, "0.0.0.0:0"));
        }
        assertRefused(
                2,
                "--ca-certificate",
                "write https://127.0.0.1:8470",
                List.of("sidecar", "--ca-certificate", house.authorities().toString()));
    }

    @Test
    void plaintextLeavesLoopbackWhereItIsToldTo(@TempDir Path other) {
        int port = Processes.freePort();
        Running plain = PROCESSES.start(
                Map.of(),
                "serve",
                "--data",
                other.toString(),
                "--listen",
                "0.0.0.0:" + port,
                "--plaintext-off-loopback",
                "--exit-with-parent");
        try (Verifier health = Verifier.at(port)) {
            Cluster.awaitServing(plain, health);
        }
        plain.kill();
    }

    private static List<String> serving(Path data, Path certificate, Path key) {
        return List.of(
                "serve",
                "--data",
                data.toString(),
                "--listen",
                "0.0.0.0:0",
                "--tls-certificate",
                certificate.toString(),
                "--tls-key",
                key.toString());
    }

    private static void assertRefused(int exitCode, String says, String alsoSays, List<String> arguments) {
        Processes.Run run =
                Processes.run(Map.of("ASTRO_API_TOKEN", house.platformToken()), arguments.toArray(String[]::new));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertTrue(run.err().contains(says) && run.err().contains(alsoSays), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
    }
}
