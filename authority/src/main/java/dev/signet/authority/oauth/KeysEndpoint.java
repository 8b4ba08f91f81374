package dev.signet.authority.oauth;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.trust.TrustedKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The public keys as a JWK set (RFC 7517 section 5), for libraries that fetch them.
 *
 * <p>A key is published for longer than the maximum staleness before it signs. What is answered may be kept for half of
 * that, so whoever asks again in time has every key before the first token that it signed. A key that is revoked is no
 * longer here, and held by such a client for as long as it keeps the answer.
 */
final class KeysEndpoint implements Endpoint {
    /** The end of a public key's DER that is the key itself (RFC 8410 section 4). */
    private static final int ED25519_BYTES = 32;

    private final TrustState trust;

    KeysEndpoint(TrustState trust) {
        this.trust = trust;
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        InstallationTrust installation =
                Objects.requireNonNull(trust.installation(), "the installation is not read yet");
        List<JWK> keys = installation.keys().values().stream()
                .filter(key -> key.state().verifies())
                .map(TrustedKey::key)
                .sorted(Comparator.comparing(VerificationKey::id))
                .map(KeysEndpoint::jwk)
                .toList();
        return HttpReply.of(200, "application/jwk-set+json", new JWKSet(keys).toString(true))
                .with(
                        "Cache-Control",
                        "public, max-age=" + kept(installation.policy().maximumStaleness()) + ", must-revalidate");
    }

    /** For how many seconds an answer may be kept. */
    static long kept(Duration maximumStaleness) {
        return maximumStaleness.toSeconds() / 2;
    }

    private static JWK jwk(VerificationKey key) {
        byte[] encoded = key.subjectPublicKeyInfo();
        JWSAlgorithm algorithm = JWSAlgorithm.parse(key.algorithm().headerName());
        return switch (key.algorithm()) {
            case ES256 ->
                new ECKey.Builder(Curve.P_256, (ECPublicKey) publicKey("EC", encoded))
                        .keyID(key.id())
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(algorithm)
                        .build();
            case RS256, PS256 ->
                new RSAKey.Builder((RSAPublicKey) publicKey("RSA", encoded))
                        .keyID(key.id())
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(algorithm)
                        .build();
            case EDDSA ->
                new OctetKeyPair.Builder(
                                Curve.Ed25519,
                                Base64URL.encode(
                                        Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length)))
                        .keyID(key.id())
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(algorithm)
                        .build();
        };
    }

    private static PublicKey publicKey(String type, byte[] encoded) {
        try {
            return KeyFactory.getInstance(type).generatePublic(new X509EncodedKeySpec(encoded));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key that was read before cannot be read", e);
        }
    }
}
