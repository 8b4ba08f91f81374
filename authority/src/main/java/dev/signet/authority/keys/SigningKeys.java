package dev.signet.authority.keys;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.KeyState;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators do with signing keys, and what happens to keys by itself. Thread-safe. */
public final class SigningKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

    private final Ledger ledger;
    private final Access access;
    private final KeyRing ring;
    private final KeyRotation rotation;
    private final InstantSource clock;

    /** A pair that was made and not needed yet, as making one may take longer than a transaction should. */
    private @Nullable MadeKey spare;

    public SigningKeys(Ledger ledger, Access access, KeyRing ring, KeyRotation rotation, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.ring = ring;
        this.rotation = rotation;
        this.clock = clock;
    }

    /**
     * A key as the operator sees it.
     *
     * @param liveTokens how many recorded tokens that it signed can still be good, by organization; the operator's own
     *     under the empty id
     */
    public record Listed(StoredKey key, Map<String, Long> liveTokens) {
        public long liveTokenCount() {
            return liveTokens.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /** All keys that are not forgotten yet, in the order of their creation. */
    public List<Listed> list(Call call) {
        return ledger.read(tx -> {
            identify(tx, call);
            return tx.keys().list().stream().map(key -> listed(tx, key)).toList();
        });
    }

    public Listed get(Call call, String id) {
        return ledger.read(tx -> {
            identify(tx, call);
            return listed(tx, KeyRotation.find(tx.keys().list(), id));
        });
    }

    /**
     * Lets the key in reserve sign from now on, and prepares the next.
     *
     * @return the key that signs now
     * @throws Refusal FAILED_PRECONDITION where no verifier could be sure to know the key in reserve
     */
    public Committed<StoredKey> rotate(Call call) {
        return withSpare(made -> ledger.write(tx -> {
            Caller caller = lock(tx, call);
            LOG.info("{} rotates the signing key", caller.name());
            return rotation.rotate(tx, made);
        }));
    }

    /**
     * Ends everything that a key signed. Where it was the active one, the key in reserve signs before this returns; a
     * platform token that it signed is replaced in its file.
     *
     * @return the key, and the tokens that ended with it
     */
    public Committed<Listed> revoke(Call call, String id) {
        return withSpare(made -> {
            Committed<Listed> revoked = ledger.writeFirst(tx -> {
                Caller caller = lock(tx, call);
                Listed ended = listed(tx, KeyRotation.find(tx.keys().list(), id));
                LOG.warn("{} revokes the signing key {}: {} tokens end", caller.name(), id, ended.liveTokenCount());
                return new Listed(rotation.revoke(tx, id, made), ended.liveTokens());
            });
            settle(id);
            return revoked;
        });
    }

    /** What is left to do after the commit: whoever revoked the key must not be told that it was not. */
    private void settle(String revoked) {
        try {
            ledger.read(tx -> {
                rotation.settle(tx);
                return revoked;
            });
        } catch (RuntimeException e) {
            LOG.error(
                    "the signing key {} is revoked, but a platform token made in its place is not in its file yet: the "
                            + "next start puts it there",
                    revoked,
                    e);
        }
    }

    /**
     * Seals every private key under another master key.
     *
     * @return how many were sealed anew
     * @throws Refusal FAILED_PRECONDITION where the operator has not put another master key in place
     */
    public synchronized int rekey(Call call) {
        Caller caller = ledger.read(tx -> identify(tx, call));
        MasterKeys master = ring.master();
        master.begin();
        // What was made and is not stored yet is sealed under the key that goes.
        spare = null;
        int sealed;
        try {
            sealed = ledger.write(tx -> {
                        lock(tx, call);
                        return rotation.reseal(tx, master);
                    })
                    .value();
        } catch (InvalidConfiguration e) {
            master.cancel();
            throw Refusal.failedPrecondition("MASTER_KEY_UNREADABLE", String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            master.cancel();
            throw e;
        }
        master.end();
        LOG.info("{} changed the master key: {} signing keys are sealed anew", caller.name(), sealed);
        return sealed;
    }

    /** Takes every step that is due. To be called every few seconds; where nothing is due it only reads. */
    public void maintain() {
        if (ledger.read(rotation::isAnythingDue)) {
            withSpare(made -> ledger.write(tx -> {
                rotation.maintain(tx, made);
                return rotation;
            }));
        }
    }

    private interface Work<T> {
        T with(@Nullable MadeKey made);
    }

    /**
     * Hands a fresh pair to a transaction, and keeps it for the next where it was not needed. Where none can be made, as
     * in an HSM that is full or away, there is none: what can do without, a revocation above all, must not fail for it.
     */
    private synchronized <T> T withSpare(Work<T> work) {
        MadeKey made = spare;
        // Asked before and not after, as one whose commit ended in an error is stored all the same.
        if (made == null || isStored(made)) {
            made = generate();
            spare = made;
        }
        return work.with(made);
    }

    private @Nullable MadeKey generate() {
        try {
            return ring.generate(rotation.algorithm());
        } catch (IllegalStateException e) {
            LOG.error("no signing key can be made", e);
            return null;
        }
    }

    private boolean isStored(MadeKey made) {
        return ledger.read(tx -> tx.keys().find(made.id())).isPresent();
    }

    private Listed listed(Transaction tx, StoredKey key) {
        return new Listed(
                key, key.state() == KeyState.REVOKED ? Map.of() : tx.keys().liveTokens(key.id(), clock.instant()));
    }

    /** The operator's token, and all keys before the caller is read, as that holds one of them. */
    private Caller lock(Transaction tx, Call call) {
        if (call.claims().kind() != Kind.PLATFORM) {
            // Nobody else may hold everybody up, however shortly.
            throw Refusal.permissionDenied("a platform token", "signing keys");
        }
        // Exclusively, as it may be replaced with the key that signed it.
        tx.lockSubjects(List.of(call.subject()));
        tx.keys().lock();
        return identify(tx, call);
    }

    private Caller identify(Transaction tx, Call call) {
        Caller caller = access.identify(tx, call);
        caller.requirePlatform("signing keys");
        return caller;
    }
}
