package dev.signet.verifier.token;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;

/**
 * A public key, bound to the one algorithm that it checks. Compared by identity: a token remembered under this object
 * is not trusted because some other key bears the same id. Thread-safe; each thread keeps its own {@link Signature}.
 */
public final class VerificationKey {
    private static final int MINIMUM_RSA_BITS = 2048;
    private static final byte[] P256_ORDER =
            unsigned(new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16));

    private final CryptoProvider provider;
    private final String id;
    private final Algorithm algorithm;
    private final PublicKey publicKey;
    private final byte[] subjectPublicKeyInfo;
    private final int signatureLength;
    private final ThreadLocal<Signature> checking;

    private VerificationKey(
            CryptoProvider provider, String id, Algorithm algorithm, PublicKey publicKey, byte[] subjectPublicKeyInfo) {
        this.provider = provider;
        this.id = id;
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.subjectPublicKeyInfo = subjectPublicKeyInfo;
        this.signatureLength =
                publicKey instanceof RSAPublicKey rsa ? (rsa.getModulus().bitLength() + 7) / 8 : 64;
        this.checking = ThreadLocal.withInitial(this::newSignature);
    }

    /**
     * Reads a key. The same key read twice is two objects; {@link VerificationKeys} sees to it that it is read once.
     *
     * @param subjectPublicKeyInfo DER (RFC 5280 section 4.1)
     * @throws IllegalArgumentException where the bytes are no key for this algorithm, or one that is too weak
     */
    static VerificationKey of(CryptoProvider provider, String id, Algorithm algorithm, byte[] subjectPublicKeyInfo) {
        try {
            PublicKey publicKey =
                    provider.keyFactory(algorithm).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
            boolean fits = switch (algorithm) {
                case ES256 ->
                    publicKey instanceof ECPublicKey ec
                            && Arrays.equals(unsigned(ec.getParams().getOrder()), P256_ORDER)
                            && isOnItsCurve(ec);
                case RS256, PS256 ->
                    publicKey instanceof RSAPublicKey rsa
                            && rsa.getModulus().bitLength() >= MINIMUM_RSA_BITS
                            && rsa.getPublicExponent().testBit(0);
                case EDDSA -> publicKey.getEncoded().length == 44;
            };
            if (!fits) {
                throw new IllegalArgumentException("not a key for " + algorithm.headerName() + ": kid=" + id);
            }
            return new VerificationKey(provider, id, algorithm, publicKey, subjectPublicKeyInfo.clone());
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not a key for " + algorithm.headerName() + ": kid=" + id, e);
        }
    }

    /** The {@code kid}. */
    public String id() {
        return id;
    }

    public Algorithm algorithm() {
        return algorithm;
    }

    /** Names the key by its content (RFC 7638), whatever it is called. */
    public String thumbprint() {
        return Thumbprint.of(publicKey);
    }

    /** The public key, DER. */
    public byte[] subjectPublicKeyInfo() {
        return subjectPublicKeyInfo.clone();
    }

    /**
     * Whether the signature, in its JWS form, fits the bytes.
     *
     * @throws CryptoFault where the provider failed
     */
    public boolean verifies(byte[] signed, byte[] signature) {
        if (signature.length != signatureLength) {
            return false;
        }
        byte[] encoded = signature;
        if (algorithm == Algorithm.ES256) {
            if (!isInRange(signature, 0) || !isInRange(signature, 32)) {
                return false;
            }
            encoded = toDer(signature);
        }
        Signature check = checking.get();
        try {
            check.update(signed);
            return check.verify(encoded);
        } catch (SignatureException e) {
            checking.remove();
            if (algorithm == Algorithm.EDDSA) {
                // How providers say that S or R is not an encoding of anything.
                return false;
            }
            throw new CryptoFault("the crypto provider cannot check " + algorithm.headerName(), e);
        } catch (RuntimeException e) {
            checking.remove();
            throw new CryptoFault("the crypto provider cannot check " + algorithm.headerName(), e);
        }
    }

    private Signature newSignature() {
        try {
            Signature signature = provider.signature(algorithm);
            signature.initVerify(publicKey);
            return signature;
        } catch (InvalidKeyException e) {
            throw new CryptoFault("the crypto provider refuses the key " + id, e);
        } catch (GeneralSecurityException e) {
            throw new CryptoFault("the crypto provider lacks " + algorithm.headerName(), e);
        }
    }

    /** Whether y² = x³ + ax + b; Conscrypt asks that itself, the JDK's provider does not. */
    private static boolean isOnItsCurve(ECPublicKey key) {
        EllipticCurve curve = key.getParams().getCurve();
        BigInteger x = key.getW().getAffineX();
        BigInteger y = key.getW().getAffineY();
        BigInteger right = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB());
        return curve.getField() instanceof ECFieldFp field
                && y.multiply(y).subtract(right).mod(field.getP()).signum() == 0;
    }

    /** Whether r or s is from 1 to n - 1 (FIPS 186-5 section 6.4.2); a provider once forgot to ask (CVE-2022-21449). */
    private static boolean isInRange(byte[] signature, int from) {
        return Arrays.compareUnsigned(signature, from, from + 32, P256_ORDER, 0, 32) < 0
                && !Arrays.equals(signature, from, from + 32, new byte[32], 0, 32);
    }

    /** From r ‖ s (RFC 7518 section 3.4) to the SEQUENCE of two INTEGERs that providers take. */
    private static byte[] toDer(byte[] signature) {
        byte[] r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32)).toByteArray();
        byte[] s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64)).toByteArray();
        byte[] der = new byte[6 + r.length + s.length];
        der[0] = 0x30;
        der[1] = (byte) (4 + r.length + s.length);
        der[2] = 0x02;
        der[3] = (byte) r.length;
        System.arraycopy(r, 0, der, 4, r.length);
        der[4 + r.length] = 0x02;
        der[5 + r.length] = (byte) s.length;
        System.arraycopy(s, 0, der, 6 + r.length, s.length);
        return der;
    }

    static byte[] unsigned(BigInteger value) {
        byte[] bytes = value.toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    @Override
    public String toString() {
        return "VerificationKey[" + id + ", " + algorithm.headerName() + "]";
    }
}
