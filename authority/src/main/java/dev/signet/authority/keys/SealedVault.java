package dev.signet.authority.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.text.ParseException;

/** Private keys that are kept in the store, sealed under the master key, and open only in memory. */
final class SealedVault implements KeyVault {
    private final MasterKeys master;
    private final SecureRandom random;

    SealedVault(MasterKeys master, SecureRandom random) {
        this.master = master;
        this.random = random;
    }

    @Override
    public MadeKey generate(Algorithm algorithm) {
        try {
            KeyPair pair = KeyPairs.generate(algorithm, null, random);
            JWK jwk = KeyPairs.jwk(algorithm, pair);
            return new MadeKey(jwk.getKeyID(), algorithm, pair.getPublic(), master.seal(jwk.toJSONString()));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException("no key could be made", e);
        }
    }

    @Override
    public boolean keeps(String secret) {
        return MasterKeys.isSealed(secret);
    }

    @Override
    public SigningKey open(String id, Algorithm algorithm, String secret) {
        try {
            return new SigningKey(
                    id,
                    algorithm,
                    KeyPairs.privateKey(algorithm, master.open(id, secret)),
                    () -> CryptoProvider.chosen().signature(algorithm));
        } catch (ParseException | JOSEException | GeneralSecurityException e) {
            // Without the cause, which may quote what it could not read.
            throw new IllegalStateException("the store holds no signing key under kid=" + id);
        }
    }
}
