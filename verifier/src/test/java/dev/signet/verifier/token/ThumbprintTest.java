package dev.signet.verifier.token;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Keys are named as a library that is not ours names them. */
final class ThumbprintTest {

    private static String named(Algorithm algorithm, PublicKey key) {
        return VerificationKey.of(CryptoProvider.chosen(), "whatever it is called", algorithm, key.getEncoded())
                .thumbprint();
    }

    /** Many, as a coordinate in 256 begins with a zero, which stays. */
    @Test
    void anEllipticCurveKeyIsNamedByItsPoint() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        boolean padded = false;
        for (int i = 0; i < 2_000 && !(padded && i > 50); i++) {
            ECPublicKey key = (ECPublicKey) generator.generateKeyPair().getPublic();
            padded |= key.getW().getAffineX().bitLength() <= 248;
            assertNamed(new ECKey.Builder(Curve.P_256, key).build(), named(Algorithm.ES256, key));
        }
        assertEquals(true, padded);
    }

    @Test
    void anEdwardsKeyIsNamedByItsBytes() throws Exception {
        PublicKey key =
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
        byte[] encoded = key.getEncoded();
        assertNamed(
                new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(Arrays.copyOfRange(encoded, 12, 44))).build(),
                named(Algorithm.EDDSA, key));
    }

    @Test
    void anRsaKeyIsNamedByModulusAndExponent() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        RSAPublicKey key = (RSAPublicKey) pair.getPublic();
        assertEquals(BigInteger.valueOf(65_537), key.getPublicExponent());
        assertNamed(new RSAKey.Builder(key).build(), named(Algorithm.RS256, key));
        assertNamed(new RSAKey.Builder(key).build(), named(Algorithm.PS256, key));
    }

    private static void assertNamed(JWK expected, String thumbprint) throws Exception {
        assertEquals(expected.computeThumbprint().toString(), thumbprint);
    }
}
