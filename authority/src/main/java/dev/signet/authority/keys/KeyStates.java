package dev.signet.authority.keys;

import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.VerificationKey;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustedKey;
import java.time.Instant;
import java.util.function.Function;

/**
 * Writes the states of keys down, and announces them in the same transaction.
 *
 * @param announced what was announced of the installation so far
 */
record KeyStates(Function<Transaction, InstallationTrust> announced, VerificationKeys keys) {

    void add(Transaction tx, MadeKey made, KeyState state, Instant now) {
        tx.keys().insert(new StoredKey(made.id(), made.algorithm(), state, made.secret(), now, now));
        announce(tx, keys.get(made.id(), made.algorithm(), made.publicKey().getEncoded()), state);
    }

    StoredKey move(Transaction tx, StoredKey key, KeyState state, Instant now) {
        StoredKey moved = key.in(state, now);
        tx.keys().update(moved);
        TrustedKey known = announced.apply(tx).key(key.id());
        if (known == null) {
            throw new IllegalStateException("the key was never announced: kid=" + key.id());
        }
        announce(tx, known.key(), state);
        return moved;
    }

    void remove(Transaction tx, StoredKey key) {
        tx.keys().delete(key.id());
        tx.announce(TrustPart.INSTALLATION, new TrustChange.KeyRemoved(key.id()));
    }

    private static void announce(Transaction tx, VerificationKey key, KeyState state) {
        tx.announce(TrustPart.INSTALLATION, new TrustChange.KeyChanged(new TrustedKey(key, state)));
    }
}
