package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;
import java.util.List;
import java.util.Optional;

/** Custom roles. */
public interface RoleRecords {

    Optional<StoredRole> find(String organization, String id);

    /** Locks the role until the transaction ends, exclusively to change it, and reads it. */
    Optional<StoredRole> lock(String organization, String id, Lock lock);

    /** Roles of an organization with an id above {@code after}, in the order of ids. */
    List<StoredRole> list(String organization, String after, int limit);

    /** Whether another role of the organization has the name. */
    boolean isNameTaken(String organization, String displayName, String exceptId);

    void insert(StoredRole role);

    void update(StoredRole role);

    void delete(String id);

    /** Ids of the subjects that hold the role. */
    List<String> holders(String id, int limit);
}
