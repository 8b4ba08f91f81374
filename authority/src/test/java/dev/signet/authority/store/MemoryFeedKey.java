package dev.signet.authority.store;

import java.util.Optional;

record MemoryFeedKey(MemoryTables tables) implements FeedKeyRecords {
    private static final String ONLY = "1";

    @Override
    public Optional<StoredFeedKey> find() {
        return tables.feedKey().find(ONLY);
    }

    @Override
    public void insert(StoredFeedKey key) {
        tables.feedKey().insert(ONLY, key);
    }

    @Override
    public void update(StoredFeedKey key) {
        find().filter(before -> before.id().equals(key.id()))
                .ifPresent(before -> tables.feedKey().put(ONLY, before.with(key.secret())));
    }
}
