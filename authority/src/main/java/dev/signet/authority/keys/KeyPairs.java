package dev.signet.authority.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.text.ParseException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Key pairs as JWKs (RFC 7517, RFC 8037), whatever their algorithm. */
final class KeyPairs {
    private static final int RSA_BITS = 3_072;
    private static final int ED25519_BYTES = 32;
    /** What RFC 8410 puts before the 32 bytes of a private Ed25519 key. */
    private static final byte[] ED25519_PRIVATE = HexFormat.of().parseHex("302e020100300506032b657004220420");

    private KeyPairs() {}

    /** @param provider who makes the pair, or null for the default */
    static KeyPair generate(Algorithm algorithm, @Nullable Provider provider, SecureRandom random)
            throws GeneralSecurityException {
        String name = generatorName(algorithm);
        KeyPairGenerator generator =
                provider == null ? KeyPairGenerator.getInstance(name) : KeyPairGenerator.getInstance(name, provider);
        switch (algorithm) {
            case ES256 -> generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            case EDDSA -> generator.initialize(255, random);
            case RS256, PS256 -> generator.initialize(RSA_BITS, random);
        }
        return generator.generateKeyPair();
    }

    /** The name under which a provider makes such pairs. */
    static String generatorName(Algorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> "EC";
            case EDDSA -> "Ed25519";
            case RS256, PS256 -> "RSA";
        };
    }

    /** The public half, named by its thumbprint (RFC 7638). */
    static JWK publicJwk(Algorithm algorithm, PublicKey key) throws JOSEException {
        return switch (algorithm) {
            case ES256 ->
                new ECKey.Builder(Curve.P_256, (ECPublicKey) key)
                        .keyIDFromThumbprint()
                        .build();
            case EDDSA ->
                new OctetKeyPair.Builder(Curve.Ed25519, lastBytes(key.getEncoded()))
                        .keyIDFromThumbprint()
                        .build();
            case RS256, PS256 ->
                new RSAKey.Builder((RSAPublicKey) key).keyIDFromThumbprint().build();
        };
    }

    /** Both halves; a secret. */
    static JWK jwk(Algorithm algorithm, KeyPair pair) throws JOSEException {
        JWK half = publicJwk(algorithm, pair.getPublic());
        return switch (algorithm) {
            case ES256 ->
                new ECKey.Builder((ECKey) half).privateKey(pair.getPrivate()).build();
            case EDDSA ->
                new OctetKeyPair.Builder((OctetKeyPair) half)
                        .d(Base64URL.encode(
                                ((EdECPrivateKey) pair.getPrivate()).getBytes().orElseThrow()))
                        .build();
            case RS256, PS256 ->
                new RSAKey.Builder((RSAKey) half).privateKey(pair.getPrivate()).build();
        };
    }

    /** The private half of a JWK, as the chosen crypto provider takes it. */
    static PrivateKey privateKey(Algorithm algorithm, String jwk)
            throws ParseException, JOSEException, GeneralSecurityException {
        JWK parsed = JWK.parse(jwk);
        byte[] encoded = switch (algorithm) {
            case ES256 -> parsed.toECKey().toPrivateKey().getEncoded();
            case EDDSA -> concat(ED25519_PRIVATE, parsed.toOctetKeyPair().getDecodedD());
            case RS256, PS256 -> parsed.toRSAKey().toPrivateKey().getEncoded();
        };
        return CryptoProvider.chosen().keyFactory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    private static Base64URL lastBytes(byte[] encoded) {
        return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - ED25519_BYTES, encoded.length));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
