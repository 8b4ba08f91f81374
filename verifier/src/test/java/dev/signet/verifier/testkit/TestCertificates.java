package dev.signet.verifier.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;

/** An authority of certificates, and what it issues, made anew for each test. */
public final class TestCertificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final Instant now;
    private final Issued authority;

    /** @param now around which certificates are valid, a day each way */
    public TestCertificates(Instant now) {
        this.now = now;
        TestCertificate wanted = wanted().subject("CN=Test authority")
                .isAuthority()
                .usage(TestCertificate.KEY_CERT_SIGN, TestCertificate.CRL_SIGN);
        try {
            KeyPair keys = wanted.newKeys();
            this.authority = new Issued(wanted.signed(keys, wanted.subject(), keys.getPrivate()), keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no authority could be made", e);
        }
    }

    /** A certificate with its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {
        public X509Certificate[] chain() {
            return new X509Certificate[] {certificate};
        }

        /** Puts both in place, each at once; the key for its owner alone. */
        public void write(Path certificateFile, Path keyFile) {
            writeCertificate(certificateFile);
            writeKey(keyFile);
        }

        public void writeCertificate(Path file) {
            replace(file, certificateText());
        }

        public void writeKey(Path file) {
            replace(file, keyText());
        }

        /** In PEM. */
        public String certificateText() {
            try {
                return pem("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("it has no text", e);
            }
        }

        /** In PEM. */
        public String keyText() {
            return pem("PRIVATE KEY", key.getEncoded());
        }
    }

    /** For a server on this machine. */
    public Issued server() {
        return issue(wanted -> wanted.subject("CN=localhost")
                .dns("localhost")
                .address(InetAddress.getLoopbackAddress())
                .forServers());
    }

    /** For a workload of that SPIFFE name. */
    public Issued workload(String name) {
        return issue(wanted -> wanted.uri(name).forServers().forClients());
    }

    /** Whatever is wanted. */
    public Issued issue(UnaryOperator<TestCertificate> change) {
        TestCertificate wanted = change.apply(wanted());
        try {
            KeyPair keys = wanted.newKeys();
            return new Issued(
                    wanted.signed(keys, authority.certificate().getSubjectX500Principal(), authority.key()),
                    keys.getPrivate());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    /** Who must be believed for any of it to be. */
    public Path writeAuthority(Path file) {
        authority.writeCertificate(file);
        return file;
    }

    private TestCertificate wanted() {
        return new TestCertificate(now.minus(DAY), now.plus(DAY));
    }

    private static String pem(String label, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, text, label);
    }

    private static void replace(Path file, String text) {
        try {
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.write(fresh, text.getBytes(US_ASCII));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
