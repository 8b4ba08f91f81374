package dev.signet.authority.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.authority.store.StoredKey;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import dev.signet.verifier.token.Header;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;

/** A key pair that is open in this process. The private half does not leave this class. Thread-safe. */
public final class SigningKey {
    private final ECKey pair;
    private final JWSHeader header;
    private final JWSSigner signer;

    private SigningKey(ECKey pair) {
        try {
            this.pair = pair;
            this.header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                    .keyID(pair.getKeyID())
                    .type(new JOSEObjectType(Header.TYPE))
                    .build();
            this.signer = new ECDSASigner(pair.toECPrivateKey(), Curve.P_256);
            signer.getJCAContext().setProvider(CryptoProvider.chosen().provider());
        } catch (JOSEException e) {
            throw new IllegalStateException("not a signing key: kid=" + pair.getKeyID(), e);
        }
    }

    /** Makes a pair, named by the thumbprint of its public half (RFC 7638). */
    static SigningKey generate(SecureRandom random) {
        try {
            return new SigningKey(new ECKeyGenerator(Curve.P_256)
                    .secureRandom(random)
                    .keyIDFromThumbprint(true)
                    .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException("no key could be made", e);
        }
    }

    static SigningKey open(StoredKey stored, MasterKey master) {
        try {
            return new SigningKey(ECKey.parse(master.open(stored.id(), stored.sealedPrivateKey())));
        } catch (ParseException e) {
            throw new IllegalStateException("the store holds no signing key under kid=" + stored.id(), e);
        }
    }

    StoredKey sealed(MasterKey master, KeyState state, Instant createTime) {
        return new StoredKey(id(), Algorithm.ES256, state, master.seal(pair.toJSONString()), createTime);
    }

    /** The {@code kid}. */
    public String id() {
        return pair.getKeyID();
    }

    /** The public half. */
    public VerificationKey verificationKey(VerificationKeys keys) {
        try {
            return keys.get(id(), Algorithm.ES256, pair.toECPublicKey().getEncoded());
        } catch (JOSEException e) {
            throw new IllegalStateException("not a signing key: kid=" + id(), e);
        }
    }

    /** A token with these claims, in its compact form. */
    public String sign(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(header, claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("the crypto provider cannot sign", e);
        }
    }

    /** Nothing of the private half. */
    @Override
    public String toString() {
        return "SigningKey[" + id() + "]";
    }
}
