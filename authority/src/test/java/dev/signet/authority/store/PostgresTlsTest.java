package dev.signet.authority.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.InvalidConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is said to a server that does not prove who it is. */
@Timeout(60)
final class PostgresTlsTest {
    @TempDir
    private static Path folder;

    private static Path ours;
    private static Path elsewhere;
    private static Path password;

    @BeforeAll
    static void makeKeys() throws Exception {
        ours = TlsServer.keysOf("localhost", folder);
        elsewhere = TlsServer.keysOf("elsewhere.example.com", folder);
        password = Files.createFile(
                folder.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, "hush");
    }

    private static InvalidConfiguration refused(TlsServer server, String tls, @Nullable Path rootCertificate) {
        PostgresConfig config = PostgresConfig.of(
                "postgresql://localhost:" + server.port() + "/signet",
                "somebody",
                password,
                tls,
                rootCertificate,
                PostgresConfig.DEFAULT_POOL_SIZE,
                PostgresConfig.DEFAULT_CONNECT_TIMEOUT,
                PostgresConfig.DEFAULT_LOCK_TIMEOUT,
                PostgresConfig.DEFAULT_STATEMENT_TIMEOUT);
        return assertThrows(
                InvalidConfiguration.class, () -> Postgres.open(config).close());
    }

    /** Believed, so that it heard who comes, and turned them away for their password. */
    private static void assertBelieved(Path keys, String tls, Path rootCertificate)
            throws IOException, GeneralSecurityException {
        try (TlsServer server = new TlsServer(keys, true)) {
            assertEquals(
                    "database-password-file",
                    refused(server, tls, rootCertificate).key());
            assertEquals(1, server.heard().size());
            assertTrue(server.heard().get(0).contains("user somebody"), server.heard()::toString);
        }
    }

    private static void assertNotBelieved(Path keys, String tls, @Nullable Path rootCertificate, String key)
            throws IOException, GeneralSecurityException {
        try (TlsServer server = new TlsServer(keys, true)) {
            InvalidConfiguration refused = refused(server, tls, rootCertificate);
            assertEquals(key, refused.key(), refused.getMessage());
            assertEquals(List.of(), server.heard());
        }
    }

    @Test
    void theRightCertificateForTheRightName() throws Exception {
        assertBelieved(ours, "verify-full", TlsServer.certificateOf(ours));
    }

    @Test
    void theRightCertificateForAnotherName() throws Exception {
        assertBelieved(elsewhere, "verify-ca", TlsServer.certificateOf(elsewhere));
        assertNotBelieved(elsewhere, "verify-full", TlsServer.certificateOf(elsewhere), "database-root-certificate");
    }

    @Test
    void aCertificateThatDescendsFromNoneThatIsTrusted() throws Exception {
        for (String tls : List.of("verify-full", "verify-ca")) {
            assertNotBelieved(ours, tls, TlsServer.certificateOf(elsewhere), "database-root-certificate");
            assertNotBelieved(ours, tls, null, "database-tls");
        }
    }

    @Test
    void aServerWithoutTls() throws Exception {
        try (TlsServer server = new TlsServer(ours, false)) {
            InvalidConfiguration refused = refused(server, "verify-full", TlsServer.certificateOf(ours));
            assertEquals("database-url", refused.key());
            assertTrue(refused.getMessage().contains("does not support SSL"), refused.getMessage());
        }
    }

    @Test
    void aRootCertificateThatIsNotThere() throws Exception {
        assertNotBelieved(ours, "verify-full", folder.resolve("none.pem"), "database-root-certificate");
    }
}
