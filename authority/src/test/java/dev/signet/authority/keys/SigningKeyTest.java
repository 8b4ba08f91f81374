package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.SeededRandom;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import java.security.KeyPair;
import java.security.ProviderException;
import java.security.interfaces.ECPublicKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class SigningKeyTest {
    private KeyPair pair;

    @BeforeEach
    void generate() throws Exception {
        pair = KeyPairs.generate(Algorithm.ES256, null, new SeededRandom(4));
    }

    private SigningKey key(SigningKey.Signatures signatures) {
        return new SigningKey("a-kid", Algorithm.ES256, pair.getPrivate(), signatures);
    }

    private SigningKey key() {
        return key(() -> CryptoProvider.chosen().signature(Algorithm.ES256));
    }

    @Test
    void aTokenAndAnotherDocumentDifferInTheirType() throws Exception {
        SignedJWT token = SignedJWT.parse(key().sign(SignedSamples.claims()));
        SignedJWT list = SignedJWT.parse(key().sign("statuslist+jwt", SignedSamples.claims()));
        assertEquals("at+jwt", token.getHeader().getType().getType());
        assertEquals("statuslist+jwt", list.getHeader().getType().getType());
        for (SignedJWT each : new SignedJWT[] {token, list}) {
            assertEquals("a-kid", each.getHeader().getKeyID());
            assertEquals("ES256", each.getHeader().getAlgorithm().getName());
            assertEquals(
                    SignedSamples.claims().toPayload().toString(),
                    each.getPayload().toString());
            assertTrue(each.verify(new ECDSAVerifier((ECPublicKey) pair.getPublic())));
        }
    }

    /** As of an HSM that is away. */
    @Test
    void whatCannotBeSignedSaysWithWhichKey() {
        SigningKey away = key(() -> {
            throw new ProviderException("away");
        });
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> away.sign(SignedSamples.claims()));
        assertTrue(failure.getMessage().contains("kid=a-kid"), failure.getMessage());
    }

    @Test
    void itIsPrintedByItsIdAlone() {
        assertEquals("SigningKey[a-kid]", key().toString());
    }
}
