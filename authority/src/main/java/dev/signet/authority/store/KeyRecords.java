package dev.signet.authority.store;

import java.util.List;
import java.util.Optional;

/** Signing keys. */
public interface KeyRecords {

    Optional<StoredKey> find(String id);

    /** In the order of creation. */
    List<StoredKey> list();

    void insert(StoredKey key);
}
