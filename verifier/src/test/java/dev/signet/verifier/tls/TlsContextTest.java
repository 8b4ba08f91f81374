package dev.signet.verifier.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestCertificates;
import dev.signet.verifier.testkit.TestCertificates.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsContextTest {
    private static final Duration CHECK = Duration.ofSeconds(TlsContext.CHECK_SECONDS);

    private final Instant now = Instant.now();
    private final TestCertificates certificates = new TestCertificates(now);
    private final FakeScheduler scheduler = new FakeScheduler(new FakeClocks());
    /** Java looks at its own clock when it believes somebody, so that tests stay near it. */
    private Instant time = now;

    @TempDir
    private Path folder;

    private Path certificate;
    private Path key;
    private Path authorities;

    @BeforeEach
    void write() {
        certificate = folder.resolve("tls.crt");
        key = folder.resolve("tls.key");
        authorities = certificates.writeAuthority(folder.resolve("ca.crt"));
        certificates.server().write(certificate, key);
    }

    @Test
    void whatDoesNotChangeIsKept() {
        TlsContext tls = followed();
        SSLContext first = tls.current();
        scheduler.advance(CHECK.multipliedBy(3));
        assertSame(first, tls.current());
    }

    @Test
    void filesThatChangeAreReadAgain() {
        TlsContext tls = followed();
        SSLContext first = tls.current();
        Instant earlier = now.plus(Duration.ofHours(3));
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").notAfter(earlier))
                .write(certificate, key);
        assertSame(first, tls.current());
        scheduler.advance(CHECK);
        assertNotSame(first, tls.current());
        assertEquals(earlier.getEpochSecond(), tls.expiry().getEpochSecond());
    }

    @Test
    void whileTheSecondOfTwoFilesIsMissingTheFirstPairGoesOn() {
        TlsContext tls = followed();
        SSLContext first = tls.current();
        Issued next = certificates.server();
        next.writeCertificate(certificate);
        scheduler.advance(CHECK.multipliedBy(2));
        assertSame(first, tls.current());
        next.writeKey(key);
        scheduler.advance(CHECK);
        assertNotSame(first, tls.current());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void whatCannotBeUsedIsNotUsed(String text) throws IOException {
        TlsContext tls = followed();
        SSLContext first = tls.current();
        Files.writeString(certificate, text);
        scheduler.advance(CHECK.multipliedBy(2));
        Files.delete(certificate);
        scheduler.advance(CHECK);
        assertSame(first, tls.current());
        certificates.server().write(certificate, key);
        scheduler.advance(CHECK);
        assertNotSame(first, tls.current());
    }

    @Test
    void anExpiredCertificateIsNotTaken() {
        TlsContext tls = followed();
        SSLContext first = tls.current();
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").notAfter(now.minusSeconds(60)))
                .write(certificate, key);
        scheduler.advance(CHECK);
        assertSame(first, tls.current());
        assertRefused(ServerTls.CERTIFICATE, "expired at");
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").notBefore(now.plusSeconds(60)))
                .write(certificate, key);
        assertRefused(ServerTls.CERTIFICATE, "is not valid before");
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() {
        certificates.server().writeKey(key);
        assertRefused(ServerTls.KEY, "is not the key of the certificate");
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").keyOf("RSA"))
                .writeKey(key);
        assertRefused(ServerTls.KEY, "holds no EC key");
    }

    @Test
    void keysOfEveryKindThatIsUsualAreTaken() {
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").keyOf("RSA"))
                .write(certificate, key);
        opened();
        certificates
                .issue(wanted -> wanted.subject("CN=localhost").keyOf("Ed25519"))
                .write(certificate, key);
        opened();
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws IOException {
        for (String mode : new String[] {"rw-r-----", "rw----r--", "rw--w----"}) {
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));
            assertRefused(ServerTls.KEY, "chmod 600 " + key);
        }
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("r--------"));
        opened();
    }

    @Test
    void whatIsWrongIsToldWithoutTheKey() throws IOException {
        String text = certificates.server().keyText();
        String secret = text.lines().skip(1).findFirst().orElseThrow();
        for (String wrong : new String[] {
            text.replace("PRIVATE KEY", "EC PRIVATE KEY"),
            text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"),
            text.replace(secret, secret.substring(0, 20)),
            secret
        }) {
            Files.writeString(key, wrong);
            String message = assertRefused(ServerTls.KEY, key.toString());
            assertFalse(message.contains(secret.substring(0, 20)), message);
        }
    }

    @Test
    void aFileThatIsMissingIsNamed() throws IOException {
        Files.delete(key);
        assertRefused(ServerTls.KEY, "there is no file " + key);
        certificates.server().write(certificate, key);
        Files.writeString(authorities, "nothing");
        assertRefused(ServerTls.CLIENT_AUTHORITIES, "holds no certificate");
    }

    @Test
    void aChainIsInItsOrder() throws IOException {
        Files.writeString(
                certificate,
                Files.readString(certificate) + certificates.server().certificateText());
        assertRefused(ServerTls.CERTIFICATE, "each certificate must be followed by");
    }

    @Test
    void aClientIsBelievedAsLongAsItsCertificateLastsAndItsAuthorityIsTrusted() throws CertificateException {
        TlsContext tls = followed();
        Issued client = certificates.workload("spiffe://test/sidecar");
        tls.requireTrustedClient(client.chain());
        Issued stranger = new TestCertificates(now).workload("spiffe://test/sidecar");
        assertThrows(CertificateException.class, () -> tls.requireTrustedClient(stranger.chain()));
        time = now.plus(Duration.ofDays(3));
        assertThrows(CertificateException.class, () -> tls.requireTrustedClient(client.chain()));
        time = now;
        new TestCertificates(now).writeAuthority(authorities);
        scheduler.advance(CHECK);
        assertThrows(CertificateException.class, () -> tls.requireTrustedClient(client.chain()));
    }

    @Test
    void halfAConfigurationIsNone() {
        assertEquals(ServerTls.KEY, missing(() -> ServerTls.of(certificate, null, null)));
        assertEquals(ServerTls.CERTIFICATE, missing(() -> ServerTls.of(null, key, null)));
        assertEquals(ServerTls.CERTIFICATE, missing(() -> ServerTls.of(null, null, authorities)));
        assertEquals(ClientTls.KEY, missing(() -> new ClientTls(null, certificate, null)));
        assertEquals(ClientTls.CERTIFICATE, missing(() -> new ClientTls(null, null, key)));
        assertEquals(null, ServerTls.of(null, null, null));
    }

    private static String missing(Runnable configured) {
        return assertThrows(InvalidConfiguration.class, configured::run).key();
    }

    private TlsContext opened() {
        InstantSource clock = () -> time;
        return TlsContext.of(new ServerTls(certificate, key, authorities), clock);
    }

    private TlsContext followed() {
        TlsContext tls = opened();
        tls.follow(scheduler);
        return tls;
    }

    private String assertRefused(String configKey, String says) {
        InvalidConfiguration refused = assertThrows(InvalidConfiguration.class, this::opened);
        assertEquals(configKey, refused.key());
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(says), message);
        return message;
    }
}
