package dev.signet.verifier.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.signet.verifier.InvalidConfiguration;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file in PEM (RFC 7468), read once. What is wrong with it is said by the key of the configuration and the path, never
 * by anything that is in it.
 */
final class PemFile {
    private static final int LARGEST = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]++)-----([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    private final String configKey;
    private final Path file;
    private final byte[] bytes;

    private PemFile(String configKey, Path file, byte[] bytes) {
        this.configKey = configKey;
        this.file = file;
        this.bytes = bytes;
    }

    /** @throws InvalidConfiguration where it cannot be read */
    static PemFile read(String configKey, Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new InvalidConfiguration(configKey, "is larger than 1 MiB: " + file);
            }
            return new PemFile(configKey, file, bytes);
        } catch (NoSuchFileException e) {
            throw new InvalidConfiguration(configKey, "there is no file " + file);
        } catch (IOException e) {
            throw new InvalidConfiguration(configKey, "cannot be read: " + file);
        }
    }

    String configKey() {
        return configKey;
    }

    /** @throws InvalidConfiguration where others than this process may read it */
    void requirePrivate() {
        PrivateKeyFile.requirePrivate(configKey, file);
    }

    void addTo(MessageDigest digest) {
        digest.update(bytes);
    }

    /** @throws InvalidConfiguration where it holds none, or one that is none */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = blocks();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                if (block.group(1).equals("CERTIFICATE")) {
                    certificates.add(
                            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(decoded(block))));
                }
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new InvalidConfiguration(configKey, "holds a certificate that cannot be read: " + file);
        }
        if (certificates.isEmpty()) {
            throw new InvalidConfiguration(configKey, "holds no certificate in PEM: " + file);
        }
        return certificates;
    }

    /**
     * The private key of a certificate.
     *
     * @param publicKey that of the certificate, which tells the kind
     * @throws InvalidConfiguration where it holds none of that kind
     */
    PrivateKey privateKey(PublicKey publicKey) {
        Matcher block = blocks();
        while (block.find()) {
            String label = block.group(1);
            if (!label.endsWith("PRIVATE KEY")) {
                continue;
            }
            if (!label.equals("PRIVATE KEY")) {
                throw new InvalidConfiguration(
                        configKey,
                        "must be PKCS#8 without a passphrase, as `openssl pkcs8 -topk8 -nocrypt` writes it: " + file);
            }
            try {
                return KeyFactory.getInstance(publicKey.getAlgorithm())
                        .generatePrivate(new PKCS8EncodedKeySpec(decoded(block)));
            } catch (GeneralSecurityException | IllegalArgumentException e) {
                // What these say may tell of the key.
                throw new InvalidConfiguration(
                        configKey, "holds no " + publicKey.getAlgorithm() + " key, as the certificate has: " + file);
            }
        }
        throw new InvalidConfiguration(configKey, "holds no private key in PEM: " + file);
    }

    private Matcher blocks() {
        return BLOCK.matcher(new String(bytes, ISO_8859_1));
    }

    private static byte[] decoded(Matcher block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    /** Nothing of what is in it. */
    @Override
    public String toString() {
        return configKey + " " + file;
    }
}
