package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.TokenCodec;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Date;
import java.util.Map;

/** What keys are tried out on. */
final class SignedSamples {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private SignedSamples() {}

    static StoredKey stored(MadeKey made) {
        return new StoredKey(made.id(), made.algorithm(), KeyState.ACTIVE, made.secret(), NOW, NOW);
    }

    static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .issuer("https://signet.test")
                .audience("signet")
                .subject("plt_0000000000epc94b48gk729sza")
                .jwtID("0000000000epc94b48gk729sza")
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(60)))
                .claim("client_id", "plt_0000000000epc94b48gk729sza")
                .claim("kind", "platform")
                .claim("grants", Map.of())
                .claim("grants_rev", 1)
                .claim("status", Map.of("status_list", Map.of("idx", 1, "uri", "https://signet.test/statuslists/x")))
                .build();
    }

    /** Both the verifier and a library that is not ours take it, and take nothing else for it. */
    static void assertSigned(MadeKey made, String text) throws Exception {
        assertTrue(isGoodForALibrary(made, text), "a library that is not ours");
        assertNotNull(
                TokenCodec.read(text)
                        .verifiedWith(new VerificationKeys()
                                .get(
                                        made.id(),
                                        made.algorithm(),
                                        made.publicKey().getEncoded())),
                "the verifier");
        int last = text.lastIndexOf('.');
        String other = text.substring(0, last - 1) + (text.charAt(last - 1) == 'A' ? 'B' : 'A') + text.substring(last);
        assertFalse(isGoodForALibrary(made, other));
    }

    private static boolean isGoodForALibrary(MadeKey made, String text) throws Exception {
        SignedJWT token = SignedJWT.parse(text);
        assertEquals(made.id(), token.getHeader().getKeyID());
        assertEquals(
                made.algorithm().headerName(), token.getHeader().getAlgorithm().getName());
        if (made.algorithm() == Algorithm.EDDSA) {
            Signature signature = Signature.getInstance("Ed25519");
            signature.initVerify(made.publicKey());
            signature.update(token.getSigningInput());
            return signature.verify(token.getSignature().decode());
        }
        JWSVerifier verifier = made.algorithm() == Algorithm.ES256
                ? new ECDSAVerifier((ECPublicKey) made.publicKey())
                : new RSASSAVerifier((RSAPublicKey) made.publicKey());
        return token.verify(verifier);
    }
}
