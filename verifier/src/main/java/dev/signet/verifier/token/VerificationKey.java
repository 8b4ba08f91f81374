package dev.signet.verifier.token;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.EllipticCurve;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A public key, bound to the one algorithm that it checks. Compared by identity: a token remembered under this object
 * is not trusted because some other key bears the same id. Thread-safe; each thread keeps its own {@link Checking}.
 */
public final class VerificationKey {
    private static final int MINIMUM_RSA_BITS = 2048;
    private static final byte[] P256_ORDER =
            unsigned(new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16));

    private static final int EDWARDS_LENGTH = 44;
    private static final BigInteger EDWARDS_FIELD =
            BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));
    /** The y of a point of order 8; the other one is its negative. */
    private static final BigInteger ORDER_8 =
            new BigInteger("5fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16);
    /** The y of every point of Ed25519 whose order divides 8. */
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            EDWARDS_FIELD.subtract(BigInteger.ONE),
            ORDER_8,
            EDWARDS_FIELD.subtract(ORDER_8));

    private final CryptoProvider provider;
    private final String id;
    private final Algorithm algorithm;
    private final PublicKey publicKey;
    private final byte[] subjectPublicKeyInfo;
    private final int signatureLength;
    private final ThreadLocal<Checking> checking;

    private VerificationKey(
            CryptoProvider provider, String id, Algorithm algorithm, PublicKey publicKey, byte[] subjectPublicKeyInfo) {
        this.provider = provider;
        this.id = id;
        this.algorithm = algorithm;
        this.publicKey = publicKey;
        this.subjectPublicKeyInfo = subjectPublicKeyInfo;
        this.signatureLength =
                publicKey instanceof RSAPublicKey rsa ? (rsa.getModulus().bitLength() + 7) / 8 : 64;
        this.checking = ThreadLocal.withInitial(this::newChecking);
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
                case EDDSA ->
                    publicKey.getEncoded().length == EDWARDS_LENGTH && !isOfSmallOrder(publicKey.getEncoded());
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
        return verifies(signed, signed.length, signature);
    }

    /** The same for the first bytes of an array. */
    boolean verifies(byte[] signed, int length, byte[] signature) {
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
        Checking check = checking.get();
        try {
            check.update(signed, length);
            return check.signature().verify(encoded);
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

    /**
     * What a thread checks with.
     *
     * @param sha256 where the provider is handed the digest, which is quicker: it has one call less to make out of the
     *     virtual machine, whose own SHA-256 is as fast
     */
    private record Checking(Signature signature, @Nullable MessageDigest sha256) {
        void update(byte[] signed, int length) throws SignatureException {
            if (sha256 == null) {
                signature.update(signed, 0, length);
            } else {
                sha256.update(signed, 0, length);
                signature.update(sha256.digest());
            }
        }
    }

    private Checking newChecking() {
        try {
            boolean ofDigest = algorithm == Algorithm.ES256;
            Signature signature = ofDigest ? provider.signatureOfDigest() : provider.signature(algorithm);
            signature.initVerify(publicKey);
            return new Checking(signature, ofDigest ? MessageDigest.getInstance("SHA-256") : null);
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

    /** Under such a key one signature fits every message, or one message in a few (RFC 8032 leaves it to us). */
    private static boolean isOfSmallOrder(byte[] subjectPublicKeyInfo) {
        byte[] y = new byte[32];
        for (int i = 0; i < y.length; i++) {
            y[i] = subjectPublicKeyInfo[EDWARDS_LENGTH - 1 - i];
        }
        // The first bit is the sign of x; y may have been written with the field's size added.
        y[0] &= 0x7f;
        return SMALL_ORDER.contains(new BigInteger(1, y).mod(EDWARDS_FIELD));
    }

    /** Whether r or s is from 1 to n - 1 (FIPS 186-5 section 6.4.2); a provider once forgot to ask (CVE-2022-21449). */
    private static boolean isInRange(byte[] signature, int from) {
        return Arrays.compareUnsigned(signature, from, from + 32, P256_ORDER, 0, 32) < 0
                && !Arrays.equals(signature, from, from + 32, new byte[32], 0, 32);
    }

    /** From r ‖ s (RFC 7518 section 3.4) to the SEQUENCE of two INTEGERs that providers take. */
    private static byte[] toDer(byte[] signature) {
        byte[] der = new byte[2 + 2 * (2 + 33)];
        int end = writeInteger(signature, 32, der, writeInteger(signature, 0, der, 2));
        der[0] = 0x30;
        der[1] = (byte) (end - 2);
        return Arrays.copyOf(der, end);
    }

    /** Writes 32 bytes, not all zero, as the shortest INTEGER that is positive; returns where it ends. */
    private static int writeInteger(byte[] signature, int from, byte[] der, int at) {
        int first = from;
        while (signature[first] == 0) {
            first++;
        }
        int length = from + 32 - first;
        int sign = signature[first] < 0 ? 1 : 0;
        der[at] = 0x02;
        der[at + 1] = (byte) (sign + length);
        System.arraycopy(signature, first, der, at + 2 + sign, length);
        return at + 2 + sign + length;
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
