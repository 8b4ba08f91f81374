package dev.signet.authority.keys;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps in the life of signing keys: PREPARED, ACTIVE, RETIRING, RETIRED, gone; or REVOKED. Each is taken within one
 * transaction, which leaves exactly one active key. Several authorities may try the same step at once: the first takes
 * it, and the others find it to be done.
 */
public final class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    private final KeyRing ring;
    private final KeyLife life;
    private final KeyStates states;
    private final Function<Transaction, Duration> largestStaleness;
    private final KeptCredentials kept;
    private final InstantSource clock;

    /**
     * Steps that are taken when their time has come.
     *
     * @param announced what was announced of the installation so far
     * @param largestStaleness the largest maximum staleness that was ever announced, also by another authority since
     *     this one started
     * @param kept what is to be made anew when the key that signed it is revoked
     */
    public KeyRotation(
            KeyRing ring,
            KeyLife life,
            VerificationKeys keys,
            Function<Transaction, InstallationTrust> announced,
            Function<Transaction, Duration> largestStaleness,
            KeptCredentials kept,
            InstantSource clock) {
        this.ring = ring;
        this.life = life;
        this.states = new KeyStates(announced, keys);
        this.largestStaleness = largestStaleness;
        this.kept = kept;
        this.clock = clock;
    }

    /**
     * Opens what there is, and makes what a first start lacks.
     *
     * @throws dev.signet.verifier.InvalidConfiguration where what is configured does not open a key
     */
    public void open(Transaction tx) {
        ring.openAll(tx);
        // A first start takes two rounds: the key that signs, and the one in reserve.
        for (int round = 0; round < 2 && isAnythingDue(tx); round++) {
            maintain(tx, ring.generate(life.algorithm()));
        }
    }

    Algorithm algorithm() {
        return life.algorithm();
    }

    boolean isAnythingDue(Transaction tx) {
        List<StoredKey> keys = tx.keys().list();
        Instant now = now();
        return KeyLife.active(keys).isEmpty()
                || life.prepared(keys).isEmpty()
                // Only then, as it reads all that was ever announced.
                || (life.isReserveAwaited(keys, now)
                        && inForce(tx).reserve(keys, now).isPresent())
                || keys.stream().anyMatch(key -> mayRetire(tx, key, now) || life.mayBeForgotten(key, now));
    }

    /** @param made a fresh pair, for the step that may need one; null where none can be made, and that step waits */
    void maintain(Transaction tx, @Nullable MadeKey made) {
        List<StoredKey> keys = tx.keys().lock();
        KeyLife life = inForce(tx);
        Instant now = now();
        if (KeyLife.active(keys).isEmpty()) {
            activateAtOnce(tx, life, keys, made, now);
        } else if (life.isRotationDue(keys, now)) {
            life.reserve(keys, now).ifPresent(next -> activate(tx, keys, next, now));
        }
        ensureReserve(tx, made, now);
        life.superfluous(keys, now).forEach(key -> states.move(tx, key, KeyState.RETIRED, now));
        for (StoredKey key : keys) {
            if (mayRetire(tx, key, now)) {
                states.move(tx, key, KeyState.RETIRED, now);
                LOG.info("retired the signing key {}: nothing that it signed can be good any more", key.id());
            } else if (life.mayBeForgotten(key, now)) {
                states.remove(tx, key);
            }
        }
    }

    /** @throws Refusal where no verifier could be sure to know the key in reserve */
    StoredKey rotate(Transaction tx, @Nullable MadeKey made) {
        List<StoredKey> keys = tx.keys().lock();
        KeyLife life = inForce(tx);
        Instant now = now();
        StoredKey active = activate(tx, keys, life.reserve(keys, now).orElseThrow(() -> tooYoung(life, keys)), now);
        ensureReserve(tx, made, now);
        return active;
    }

    /** Ends everything that a key signed; where it was the active one, another signs at once. */
    StoredKey revoke(Transaction tx, String id, @Nullable MadeKey made) {
        List<StoredKey> keys = tx.keys().lock();
        Instant now = now();
        StoredKey key = find(keys, id);
        if (key.state() == KeyState.REVOKED) {
            return key;
        }
        StoredKey revoked = states.move(tx, key, KeyState.REVOKED, now);
        if (key.state() == KeyState.ACTIVE) {
            activateAtOnce(tx, inForce(tx), keys, made, now);
        }
        ensureReserve(tx, made, now);
        kept.replaceSignedBy(tx, id);
        return revoked;
    }

    /** Puts in place what a revocation made anew, once that is committed. */
    void settle(Transaction tx) {
        kept.settle(tx);
    }

    /** Seals anew what is not sealed under the first master key, the feed key too; returns how many signing keys. */
    int reseal(Transaction tx, MasterKeys master) {
        int sealed = 0;
        for (StoredKey key : tx.keys().lock()) {
            if (isDue(key.secret(), master)) {
                tx.keys().update(key.with(master.seal(master.open(key.id(), key.secret()))));
                sealed++;
            }
        }
        tx.feedKey()
                .find()
                .filter(key -> isDue(key.secret(), master))
                .ifPresent(key -> tx.feedKey().update(key.with(master.seal(master.open(key.id(), key.secret())))));
        return sealed;
    }

    private static boolean isDue(String secret, MasterKeys master) {
        return MasterKeys.isSealed(secret) && !master.isSealedUnderTheFirst(secret);
    }

    static StoredKey find(List<StoredKey> keys, String id) {
        return keys.stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Refusal.notFound("signingKeys/" + id));
    }

    private StoredKey activate(Transaction tx, List<StoredKey> keys, StoredKey next, Instant now) {
        KeyLife.active(keys).ifPresent(key -> states.move(tx, key, KeyState.RETIRING, now));
        LOG.info("the signing key {} is active", next.id());
        return states.move(tx, next, KeyState.ACTIVE, now);
    }

    /** Where nobody signs: whichever key verifiers are most likely to know, and in the worst case one that none knows. */
    private void activateAtOnce(
            Transaction tx, KeyLife life, List<StoredKey> keys, @Nullable MadeKey made, Instant now) {
        Optional<StoredKey> successor = life.successorAtOnce(keys, now);
        if (successor.isPresent()) {
            states.move(tx, successor.get(), KeyState.ACTIVE, now);
            LOG.info("the signing key {} is active at once", successor.get().id());
        } else if (made != null) {
            states.add(tx, made, KeyState.ACTIVE, now);
            LOG.info("the signing key {} is active at once", made.id());
        }
    }

    /** Where the fresh pair has become the active key already, the next round of maintenance makes the reserve. */
    private void ensureReserve(Transaction tx, @Nullable MadeKey made, Instant now) {
        if (made != null
                && life.prepared(tx.keys().list()).isEmpty()
                && tx.keys().find(made.id()).isEmpty()) {
            states.add(tx, made, KeyState.PREPARED, now);
        }
    }

    private boolean mayRetire(Transaction tx, StoredKey key, Instant now) {
        return key.state() == KeyState.RETIRING
                && life.isPastUnrecorded(key, now)
                && !tx.keys().hasLiveTokens(key.id(), KeyLife.endedEverywhere(now));
    }

    private static Refusal tooYoung(KeyLife life, List<StoredKey> keys) {
        return Refusal.failedPrecondition(
                "RESERVE_TOO_YOUNG",
                life.prepared(keys)
                        .map(key -> "a verifier might not know the next key before "
                                + life.knownFrom(key)
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .plusSeconds(1)
                                + ": try again then")
                        .orElse("the next key is not prepared yet: try again in a moment"));
    }

    /** To be asked under the lock of the keys, so that nobody announces another meanwhile. */
    private KeyLife inForce(Transaction tx) {
        return life.under(largestStaleness.apply(tx));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
