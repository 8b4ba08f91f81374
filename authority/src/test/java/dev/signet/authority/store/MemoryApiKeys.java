package dev.signet.authority.store;

import dev.signet.verifier.token.ResourcePath;
import java.util.List;
import java.util.Optional;

record MemoryApiKeys(MemoryTables tables) implements ApiKeyRecords {

    @Override
    public Optional<ApiKey> find(String id) {
        return tables.apiKeys().find(id);
    }

    @Override
    public List<ApiKey> list(ResourcePath deployment, String after, int limit) {
        return tables.apiKeys().after(after).stream()
                .filter(key -> key.deployment().id().equals(deployment.id()))
                .limit(limit)
                .toList();
    }

    @Override
    public void insert(ApiKey key) {
        tables.apiKeys().insert(key.id(), key);
    }

    @Override
    public void update(ApiKey key) {
        tables.apiKeys().update(key.id(), key);
    }

    @Override
    public void delete(String id) {
        tables.apiKeys().remove(id);
    }

    @Override
    public List<ApiKey> deleteAll(String organization) {
        List<ApiKey> deleted = tables.apiKeys().all().stream()
                .filter(key -> key.deployment().organization().equals(organization))
                .toList();
        deleted.forEach(key -> delete(key.id()));
        return deleted;
    }
}
