package dev.signet.verifier.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.signet.verifier.InvalidConfiguration;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The one certificate of a process with its private key, which never leaves this object but to TLS itself. */
final class OwnIdentity extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";
    private static final byte[] CHALLENGE = "does this key belong to that certificate?".getBytes(US_ASCII);

    private final String configKey;
    private final X509Certificate[] chain;
    private final PrivateKey key;

    private OwnIdentity(String configKey, X509Certificate[] chain, PrivateKey key) {
        this.configKey = configKey;
        this.chain = chain;
        this.key = key;
    }

    /**
     * Puts the two together.
     *
     * @throws InvalidConfiguration where the certificate is not valid now, its chain is broken, or the key is not its own
     */
    static OwnIdentity of(PemFile certificates, PemFile privateKey, Instant now) {
        List<X509Certificate> chain = certificates.certificates();
        X509Certificate own = chain.get(0);
        for (int index = 1; index < chain.size(); index++) {
            X509Certificate issued = chain.get(index - 1);
            if (!issued.getIssuerX500Principal().equals(chain.get(index).getSubjectX500Principal())) {
                throw new InvalidConfiguration(
                        certificates.configKey(), "each certificate must be followed by the one that it was issued by");
            }
        }
        PrivateKey key = privateKey.privateKey(own.getPublicKey());
        if (!belongTogether(own.getPublicKey(), key)) {
            throw new InvalidConfiguration(
                    privateKey.configKey(), "is not the key of the certificate in " + certificates.configKey());
        }
        OwnIdentity identity = new OwnIdentity(certificates.configKey(), chain.toArray(X509Certificate[]::new), key);
        identity.requireValid(now);
        return identity;
    }

    /** @throws InvalidConfiguration where the certificate has expired, or is not valid yet */
    void requireValid(Instant now) {
        X509Certificate own = chain[0];
        try {
            own.checkValidity(Date.from(now));
        } catch (CertificateExpiredException e) {
            throw new InvalidConfiguration(
                    configKey, "expired at " + own.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            throw new InvalidConfiguration(
                    configKey, "is not valid before " + own.getNotBefore().toInstant());
        }
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key) {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> publicKey.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(CHALLENGE);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(CHALLENGE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Until when it can be shown. */
    Instant expiry() {
        return Arrays.stream(chain)
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElseThrow();
    }

    private @Nullable String alias(@Nullable String keyType) {
        return key.getAlgorithm().equals(keyType) ? ALIAS : null;
    }

    private String @Nullable [] aliases(@Nullable String keyType) {
        return alias(keyType) == null ? null : new String[] {ALIAS};
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return keyTypes != null && Arrays.asList(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineClientAlias(keyTypes, issuers, null);
    }

    @Override
    public @Nullable String chooseServerAlias(
            @Nullable String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return alias(keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public String @Nullable [] getServerAliases(@Nullable String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(@Nullable String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(@Nullable String alias) {
        return key;
    }

    /** Nothing of the key. */
    @Override
    public String toString() {
        return chain[0].getSubjectX500Principal() + ", until " + expiry();
    }
}
