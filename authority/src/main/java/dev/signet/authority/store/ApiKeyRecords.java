package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Optional;

/** API keys. */
public interface ApiKeyRecords {

    Optional<ApiKey> find(String id);

    /** Keys of a deployment with an id above {@code after}, in the order of ids. */
    List<ApiKey> list(ResourcePath deployment, String after, int limit);

    void insert(ApiKey key);

    /** Replaces display name, description, update time, version, and whether it is disabled. */
    void update(ApiKey key);

    void delete(String id);

    /** Deletes all keys of an organization. */
    List<ApiKey> deleteAll(String organization);
}
