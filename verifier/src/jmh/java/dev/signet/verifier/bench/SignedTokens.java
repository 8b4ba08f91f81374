package dev.signet.verifier.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.impl.ECDSA;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.VerifierConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import org.conscrypt.Conscrypt;

/** Tokens that are good by the clocks of this machine, signed fast, and a verifier that accepts them. */
final class SignedTokens {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();
    private static final Provider CONSCRYPT = Conscrypt.newProvider();

    private final Algorithm algorithm;
    private final TestKey key;
    private final Signature signer;

    SignedTokens(Algorithm algorithm) {
        this.algorithm = algorithm;
        this.key = TestKey.shared(algorithm);
        try {
            signer = Signature.getInstance(jcaName(), CONSCRYPT);
            signer.initSign(KeyFactory.getInstance(keyType(), CONSCRYPT)
                    .generatePrivate(new PKCS8EncodedKeySpec(key.privateKey().getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another one with each call, of some 600 bytes. */
    String next() {
        long now = Instant.now().getEpochSecond();
        TestTokens unsigned =
                TestTokens.of(Kind.WORKSPACE).signedBy(key).with("iat", now).with("exp", now + 3600);
        String input = BASE64URL.encodeToString(unsigned.headerJson().getBytes(StandardCharsets.UTF_8)) + "."
                + BASE64URL.encodeToString(unsigned.payloadJson().getBytes(StandardCharsets.UTF_8));
        try {
            signer.update(input.getBytes(StandardCharsets.US_ASCII));
            byte[] signature = signer.sign();
            return input + "."
                    + BASE64URL.encodeToString(
                            algorithm == Algorithm.ES256 ? ECDSA.transcodeSignatureToConcat(signature, 64) : signature);
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String[] next(int count) {
        String[] tokens = new String[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = next();
        }
        return tokens;
    }

    /** The public half, of the fast provider. */
    PublicKey publicKey() throws GeneralSecurityException {
        return KeyFactory.getInstance(keyType(), CONSCRYPT)
                .generatePublic(new X509EncodedKeySpec(key.subjectPublicKeyInfo()));
    }

    /** A signature check by the fast provider, and nothing else. */
    Signature rawCheck() throws GeneralSecurityException {
        Signature check = Signature.getInstance(jcaName(), CONSCRYPT);
        check.initVerify(publicKey());
        return check;
    }

    /** The signature of a token as the provider wants it. */
    byte[] rawSignature(String token) {
        byte[] signature = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
        try {
            return algorithm == Algorithm.ES256 ? ECDSA.transcodeSignatureToDER(signature) : signature;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] signedPart(String token) {
        return token.substring(0, token.lastIndexOf('.')).getBytes(StandardCharsets.US_ASCII);
    }

    /** A verifier for these tokens that remembers so many, and whose trust state stays fresh for the run. */
    TokenVerifier verifier(int cachedTokens, OrganizationTrust organization) {
        TrustState trust = new TrustState();
        Freshness fresh = Freshness.now(Clocks.SYSTEM).answered(System.currentTimeMillis());
        trust.replace(TestTrust.installation(1, fresh, key)
                .after(new TrustChange.PolicyChanged(new TrustPolicy(Duration.ofDays(1))), 2));
        trust.replace(organization.confirmed(fresh));
        return new TokenVerifier(
                new VerifierConfig(
                        TestTokens.ISSUER,
                        Set.of(TestTokens.AUDIENCE),
                        VerifierConfig.MAXIMUM_SKEW,
                        null,
                        cachedTokens),
                trust,
                Clocks.SYSTEM);
    }

    static OrganizationTrust unchanged() {
        return TestTrust.organization(1, Freshness.NEVER);
    }

    /** A benchmark that measures refusals measures nothing. */
    static void requireAccepted(Verdict verdict) {
        if (!(verdict instanceof Verdict.Accepted)) {
            throw new IllegalStateException("not accepted: " + verdict);
        }
    }

    private String jcaName() {
        return algorithm == Algorithm.ES256 ? "SHA256withECDSA" : "Ed25519";
    }

    private String keyType() {
        return algorithm == Algorithm.ES256 ? "EC" : "Ed25519";
    }
}
