package dev.signet.authority;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import dev.signet.verifier.token.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;

/** A key of the trust state as the independent library takes it. */
public final class PublicHalf {
    private PublicHalf() {}

    public static ECKey of(VerificationKey key) {
        try {
            ECPublicKey publicKey = (ECPublicKey)
                    KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.subjectPublicKeyInfo()));
            return new ECKey.Builder(Curve.P_256, publicKey).keyID(key.id()).build();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
