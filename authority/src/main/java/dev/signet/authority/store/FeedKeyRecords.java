package dev.signet.authority.store;

import java.util.Optional;

/** The key that the feed is signed with. None before the first start, and one from then on. */
public interface FeedKeyRecords {

    Optional<StoredFeedKey> find();

    /** Where there is none yet. */
    void insert(StoredFeedKey key);

    /** Replaces what is kept of the private half. */
    void update(StoredFeedKey key);
}
