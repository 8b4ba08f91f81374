package dev.signet.verifier.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.verifier.token.Algorithm;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A signing key with both halves. Signs and checks by nimbus-jose-jwt, and by the JDK for EdDSA, for which nimbus would
 * need a further library: never by the code under test.
 */
public final class TestKey {
    private static final Map<Algorithm, TestKey> SHARED = new ConcurrentHashMap<>();

    private final String id;
    private final Algorithm algorithm;
    private final PublicKey publicKey;
    private final PrivateKey privateKey;

    private TestKey(String id, Algorithm algorithm, KeyPair pair) {
        this(id, algorithm, pair.getPublic(), pair.getPrivate());
    }

    private TestKey(String id, Algorithm algorithm, PublicKey publicKey, PrivateKey privateKey) {
        this.id = id;
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.privateKey = privateKey;
    }

    /** The same key for every test of the process: making one takes a while. */
    public static TestKey shared(Algorithm algorithm) {
        return SHARED.computeIfAbsent(algorithm, made -> fresh("shared-" + made.headerName(), made));
    }

    public static TestKey fresh(String id, Algorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> new TestKey(id, algorithm, ellipticPair("secp256r1"));
            case EDDSA -> new TestKey(id, algorithm, pair("Ed25519", 0));
            case RS256, PS256 -> new TestKey(id, algorithm, pair("RSA", 2048));
        };
    }

    /** A key pair of the JDK's making; {@code bits} 0 where the algorithm leaves no choice. */
    public static KeyPair pair(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (bits > 0) {
                generator.initialize(bits);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    public static KeyPair ellipticPair(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The same pair under another name, and for another algorithm of such keys. */
    public TestKey as(String id, Algorithm algorithm) {
        return new TestKey(id, algorithm, publicKey, privateKey);
    }

    /** The {@code kid}. */
    public String id() {
        return id;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    public PrivateKey privateKey() {
        return privateKey;
    }

    public byte[] subjectPublicKeyInfo() {
        return publicKey.getEncoded();
    }

    /** Of an elliptic key (RFC 7638). */
    public String thumbprint() {
        try {
            return new ECKey.Builder(Curve.P_256, (ECPublicKey) publicKey)
                    .build()
                    .computeThumbprint()
                    .toString();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** The signature of the bytes, in its JWS form. */
    public byte[] sign(byte[] bytes) {
        try {
            return signer().sign(new JWSHeader(new JWSAlgorithm(algorithm.headerName())), bytes)
                    .decode();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    /** What the independent library says of a signature. */
    public boolean accepts(byte[] bytes, byte[] signature) {
        JWSHeader header = new JWSHeader(new JWSAlgorithm(algorithm.headerName()));
        try {
            return switch (algorithm) {
                case ES256 ->
                    new ECDSAVerifier((ECPublicKey) publicKey).verify(header, bytes, Base64URL.encode(signature));
                case RS256, PS256 ->
                    new RSASSAVerifier((RSAPublicKey) publicKey).verify(header, bytes, Base64URL.encode(signature));
                case EDDSA -> {
                    Signature check = Signature.getInstance("Ed25519");
                    check.initVerify(publicKey);
                    check.update(bytes);
                    yield check.verify(signature);
                }
            };
        } catch (GeneralSecurityException | JOSEException e) {
            return false;
        }
    }

    private JWSSigner signer() throws JOSEException {
        return switch (algorithm) {
            case ES256 -> new ECDSASigner((ECPrivateKey) privateKey);
            case RS256, PS256 -> new RSASSASigner(privateKey);
            case EDDSA -> new EdwardsSigner(privateKey);
        };
    }

    @Override
    public String toString() {
        return "TestKey[" + id + "]";
    }
}
