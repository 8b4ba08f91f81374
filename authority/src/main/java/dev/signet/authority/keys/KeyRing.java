package dev.signet.authority.keys;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.keys.KeyVault.MadeKey;
import dev.signet.authority.store.StoredFeedKey;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.InvalidConfiguration;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this process can sign with. Which of them signs is read from the store in each transaction, so that no
 * authority signs with a key that another has put away. Thread-safe.
 */
public final class KeyRing {
    private final MasterKeys master;
    private final List<KeyVault> vaults;
    private final ConcurrentMap<String, SigningKey> opened = new ConcurrentHashMap<>();

    private KeyRing(MasterKeys master, List<KeyVault> vaults) {
        this.master = master;
        this.vaults = List.copyOf(vaults);
    }

    /**
     * Opens the HSM, where one is configured, then the master key.
     *
     * @param data the folder in which a master key is made where nothing is configured and nothing is sealed yet
     * @param secrets what the store keeps of private keys, whatever they are for
     * @throws InvalidConfiguration where one of them cannot be used
     */
    public static KeyRing open(KeysConfig config, Path data, Collection<String> secrets, SecureRandom random) {
        List<KeyVault> vaults = new ArrayList<>();
        if (config.pkcs11() != null) {
            vaults.add(Pkcs11Vault.open(config.pkcs11(), config.algorithm(), random));
        }
        boolean sealedKeysExist = secrets.stream().anyMatch(MasterKeys::isSealed);
        MasterKeys master = MasterKeys.open(config, data, sealedKeysExist, random);
        vaults.add(new SealedVault(master, random));
        return new KeyRing(master, vaults);
    }

    /**
     * The key that signs new values.
     *
     * @throws Refusal UNAVAILABLE where there is none
     */
    public SigningKey active(Transaction tx) {
        return active(tx.keys().active().orElse(null));
    }

    /**
     * The same, where the store was asked already.
     *
     * @throws Refusal UNAVAILABLE where there is none
     */
    public SigningKey active(@Nullable StoredKey key) {
        if (key == null) {
            throw Refusal.unavailable("NO_SIGNING_KEY", "there is no key to sign with");
        }
        return open(key);
    }

    /**
     * The key that signed a value before, to make the same value again.
     *
     * @return empty where it must not sign any more
     */
    public Optional<SigningKey> signerOf(Transaction tx, String id) {
        return tx.keys()
                .find(id)
                .filter(key -> key.state() == KeyState.ACTIVE || key.state() == KeyState.RETIRING)
                .map(this::open);
    }

    /**
     * Opens every key that is still to sign.
     *
     * @throws InvalidConfiguration where what is configured does not open one
     */
    void openAll(Transaction tx) {
        tx.keys().list().stream().filter(key -> key.state().verifies()).forEach(this::open);
    }

    MasterKeys master() {
        return master;
    }

    /** Makes a pair in the first of the vaults. */
    MadeKey generate(Algorithm algorithm) {
        return vaults.get(0).generate(algorithm);
    }

    /** The key of the feed, which is none of those that sign tokens. */
    SigningKey open(StoredFeedKey key) {
        return vault(key.id(), key.secret()).open(key.id(), key.algorithm(), key.secret());
    }

    private SigningKey open(StoredKey key) {
        return opened.computeIfAbsent(key.id(), id -> vault(id, key.secret()).open(key));
    }

    private KeyVault vault(String id, String secret) {
        return vaults.stream()
                .filter(vault -> vault.keeps(secret))
                .findFirst()
                .orElseThrow(() ->
                        new InvalidConfiguration("pkcs11-library", "is needed: the key " + id + " is kept in an HSM"));
    }
}
