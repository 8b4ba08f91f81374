package dev.signet.authority.keys;

import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustedKey;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The authority's signing keys. */
public final class KeyRing {
    private final MasterKey master;
    private final VerificationKeys keys;
    private final InstantSource clock;
    private final SecureRandom random;

    public KeyRing(MasterKey master, VerificationKeys keys, InstantSource clock, SecureRandom random) {
        this.master = master;
        this.keys = keys;
        this.clock = clock;
        this.random = random;
    }

    /**
     * The key that signs: the active one of the store, or, where there is none yet, one that is made and announced.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where the master key does not open it
     */
    public SigningKey active(Transaction tx) {
        Optional<StoredKey> stored = tx.keys().list().stream()
                .filter(key -> key.state() == KeyState.ACTIVE)
                .findFirst();
        if (stored.isPresent()) {
            return SigningKey.open(stored.get(), master);
        }
        SigningKey fresh = SigningKey.generate(random);
        tx.keys().insert(fresh.sealed(master, KeyState.ACTIVE, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
        tx.announce(
                TrustPart.INSTALLATION,
                new TrustChange.KeyChanged(new TrustedKey(fresh.verificationKey(keys), KeyState.ACTIVE)));
        return fresh;
    }
}
