package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.signet.authority.SeededRandom;
import dev.signet.verifier.token.Algorithm;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of the pairs is told by the tests of the vaults. */
final class KeyPairsTest {
    private static PublicKey generate(Algorithm algorithm, long seed) throws GeneralSecurityException {
        return KeyPairs.generate(algorithm, null, new SeededRandom(seed)).getPublic();
    }

    @Test
    void keysHaveTheirSizes() throws GeneralSecurityException {
        ECPublicKey elliptic = (ECPublicKey) generate(Algorithm.ES256, 1);
        assertEquals(256, elliptic.getParams().getOrder().bitLength());
        EdECPublicKey edwards = (EdECPublicKey) generate(Algorithm.EDDSA, 1);
        assertEquals(NamedParameterSpec.ED25519.getName(), edwards.getParams().getName());
        for (Algorithm algorithm : new Algorithm[] {Algorithm.RS256, Algorithm.PS256}) {
            RSAPublicKey rsa = (RSAPublicKey) generate(algorithm, 1);
            assertEquals(3072, rsa.getModulus().bitLength());
        }
    }

    /** Of what is given, and of nothing else: whoever sees to good randomness has it used. */
    @ParameterizedTest
    @EnumSource(names = {"ES256", "EDDSA"})
    void aKeyIsMadeOfTheRandomnessThatIsGiven(Algorithm algorithm) throws GeneralSecurityException {
        assertEquals(generate(algorithm, 1), generate(algorithm, 1));
        assertNotEquals(generate(algorithm, 1), generate(algorithm, 2));
    }
}
