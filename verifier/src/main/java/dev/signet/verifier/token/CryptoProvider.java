package dev.signet.verifier.token;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.conscrypt.Conscrypt;
import org.jspecify.annotations.Nullable;

/**
 * Where signatures are computed: Conscrypt where the platform has it (some 20 times faster than the JDK's for ES256),
 * else the JDK's own providers. Chosen once a process, after a self-check.
 */
public final class CryptoProvider {
    /** RFC 7518 section 3.5: MGF1 with the same hash, and a salt as long as the hash. */
    public static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private static final CryptoProvider CHOSEN = choose();

    private final @Nullable Provider conscrypt;

    private CryptoProvider(@Nullable Provider conscrypt) {
        this.conscrypt = conscrypt;
    }

    /** The one that passed its self-check. */
    public static CryptoProvider chosen() {
        return CHOSEN;
    }

    /** What is used where there is no Conscrypt. */
    static CryptoProvider jdk() {
        return new CryptoProvider(null);
    }

    /** False where the platform lacks the fast provider; worth saying loudly at start. */
    public boolean isFast() {
        return conscrypt != null;
    }

    /** The fast provider, or null for the JDK's own. */
    public @Nullable Provider provider() {
        return conscrypt;
    }

    @Override
    public String toString() {
        return conscrypt != null ? "Conscrypt" : "the JDK's own crypto, slower: no Conscrypt for this platform";
    }

    /** For keys of this algorithm. */
    public KeyFactory keyFactory(Algorithm algorithm) throws GeneralSecurityException {
        return conscrypt != null
                ? KeyFactory.getInstance(algorithm.keyAlgorithm(), conscrypt)
                : KeyFactory.getInstance(algorithm.keyAlgorithm());
    }

    /** With the parameters of RFC 7518, and not initialized. ECDSA signatures are in DER form. */
    public Signature signature(Algorithm algorithm) throws GeneralSecurityException {
        String name = switch (algorithm) {
            case ES256 -> "SHA256withECDSA";
            case EDDSA -> "EdDSA";
            case RS256 -> "SHA256withRSA";
            case PS256 -> conscrypt != null ? "SHA256withRSA/PSS" : "RSASSA-PSS";
        };
        Signature signature = conscrypt != null ? Signature.getInstance(name, conscrypt) : Signature.getInstance(name);
        if (algorithm == Algorithm.PS256) {
            signature.setParameter(PS256);
        }
        return signature;
    }

    /**
     * For what a process digests once or twice, as at its start: the JDK's takes many times as long until it is
     * compiled, and is as fast from then on.
     */
    public MessageDigest sha256() throws GeneralSecurityException {
        return conscrypt != null
                ? MessageDigest.getInstance("SHA-256", conscrypt)
                : MessageDigest.getInstance("SHA-256");
    }

    /** For ECDSA signatures in DER form of a digest that is there already. */
    Signature signatureOfDigest() throws GeneralSecurityException {
        String name = "NONEwithECDSA";
        return conscrypt != null ? Signature.getInstance(name, conscrypt) : Signature.getInstance(name);
    }

    private static CryptoProvider choose() {
        try {
            if (Conscrypt.isAvailable()) {
                CryptoProvider fast = new CryptoProvider(Conscrypt.newProvider());
                fast.checkItself();
                return fast;
            }
        } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
            // No library for this platform, or one that cannot do what is needed: the JDK's can.
        }
        return jdk();
    }

    private void checkItself() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", conscrypt);
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        Signature signature = signature(Algorithm.ES256);
        signature.initSign(pair.getPrivate());
        signature.update((byte) 1);
        byte[] signed = signature.sign();
        Signature check = signatureOfDigest();
        check.initVerify(pair.getPublic());
        MessageDigest sha256 = sha256();
        check.update(sha256.digest(new byte[] {1}));
        boolean acceptsGood = check.verify(signed);
        check.update(sha256.digest(new byte[] {2}));
        if (!acceptsGood || check.verify(signed)) {
            throw new GeneralSecurityException("self-check failed");
        }
    }
}
