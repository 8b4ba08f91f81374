package dev.signet.authority.store;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Signing keys. */
public interface KeyRecords {

    Optional<StoredKey> find(String id);

    /** The same, and nobody changes the key until a transaction that writes ends. */
    Optional<StoredKey> hold(String id);

    /** The one that signs. */
    Optional<StoredKey> active();

    /** In the order of creation. */
    List<StoredKey> list();

    /**
     * The same, and nobody else changes or holds any key until the transaction ends. Takes the revision row, so no lock
     * after; and to be called before {@link #hold}, as two who hold a key would wait for each other.
     */
    List<StoredKey> lock();

    void insert(StoredKey key);

    /** Replaces state, secret and time. */
    void update(StoredKey key);

    void delete(String id);

    /** Whether a recorded value that the key signed can still be good. */
    boolean hasLiveTokens(String id, Instant now);

    /** How many recorded values that the key signed can still be good, by organization; platform tokens under "". */
    Map<String, Long> liveTokens(String id, Instant now);
}
