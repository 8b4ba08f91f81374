package dev.signet.verifier.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/** A certificate as it is wanted (RFC 5280 section 4), until it is signed. */
public final class TestCertificate {
    public static final int DIGITAL_SIGNATURE = 0;
    public static final int KEY_AGREEMENT = 4;
    public static final int KEY_CERT_SIGN = 5;
    public static final int CRL_SIGN = 6;

    private static final byte[] ECDSA_WITH_SHA256 = Der.sequence(Der.oid("1.2.840.10045.4.3.2"));
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<byte[]> names = new ArrayList<>();
    private final List<byte[]> purposes = new ArrayList<>();
    private X500Principal subject = new X500Principal("O=Test");
    private Instant notBefore;
    private Instant notAfter;
    private boolean authority;
    private int usage = 0x80 >> DIGITAL_SIGNATURE;
    private String algorithm = "EC";

    TestCertificate(Instant notBefore, Instant notAfter) {
        this.notBefore = notBefore;
        this.notAfter = notAfter;
    }

    public TestCertificate subject(String name) {
        this.subject = new X500Principal(name);
        return this;
    }

    public TestCertificate notBefore(Instant time) {
        this.notBefore = time;
        return this;
    }

    public TestCertificate notAfter(Instant time) {
        this.notAfter = time;
        return this;
    }

    public TestCertificate dns(String name) {
        names.add(Der.tagged(0x82, name.getBytes(US_ASCII)));
        return this;
    }

    public TestCertificate uri(String name) {
        names.add(Der.tagged(0x86, name.getBytes(US_ASCII)));
        return this;
    }

    public TestCertificate address(InetAddress address) {
        names.add(Der.tagged(0x87, address.getAddress()));
        return this;
    }

    public TestCertificate forServers() {
        purposes.add(Der.oid("1.3.6.1.5.5.7.3.1"));
        return this;
    }

    public TestCertificate forClients() {
        purposes.add(Der.oid("1.3.6.1.5.5.7.3.2"));
        return this;
    }

    /** @param bits of the key usage, in place of the usual one */
    public TestCertificate usage(int... bits) {
        usage = 0;
        for (int bit : bits) {
            usage |= 0x80 >> bit;
        }
        return this;
    }

    public TestCertificate isAuthority() {
        authority = true;
        return this;
    }

    /** @param algorithm of the key: {@code EC}, {@code RSA} or {@code Ed25519} */
    public TestCertificate keyOf(String algorithm) {
        this.algorithm = algorithm;
        return this;
    }

    KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(256);
        } else if (algorithm.equals("RSA")) {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    X509Certificate signed(KeyPair keys, X500Principal issuer, PrivateKey issuerKey) throws GeneralSecurityException {
        byte[] content = Der.sequence(
                Der.tagged(0xa0, Der.integer(BigInteger.TWO)),
                Der.integer(new BigInteger(64, RANDOM).add(BigInteger.ONE)),
                ECDSA_WITH_SHA256,
                issuer.getEncoded(),
                Der.sequence(Der.time(notBefore), Der.time(notAfter)),
                subject.getEncoded(),
                keys.getPublic().getEncoded(),
                Der.tagged(0xa3, Der.sequence(extensions())));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuerKey);
        signature.update(content);
        byte[] certificate = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(0, signature.sign()));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    X500Principal subject() {
        return subject;
    }

    private byte[][] extensions() {
        List<byte[]> extensions = new ArrayList<>();
        extensions.add(critical("2.5.29.19", authority ? Der.sequence(Der.yes()) : Der.sequence()));
        extensions.add(
                critical("2.5.29.15", Der.bits(usage == 0 ? 0 : Integer.numberOfTrailingZeros(usage), (byte) usage)));
        if (!purposes.isEmpty()) {
            extensions.add(
                    Der.sequence(Der.oid("2.5.29.37"), Der.octets(Der.sequence(purposes.toArray(byte[][]::new)))));
        }
        if (!names.isEmpty()) {
            extensions.add(Der.sequence(Der.oid("2.5.29.17"), Der.octets(Der.sequence(names.toArray(byte[][]::new)))));
        }
        return extensions.toArray(byte[][]::new);
    }

    private static byte[] critical(String oid, byte[] value) {
        return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
    }
}
