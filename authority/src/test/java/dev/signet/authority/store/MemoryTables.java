package dev.signet.authority.store;

import dev.signet.authority.store.AuditRecords.Chain;
import dev.signet.verifier.trust.TrustPart;
import java.time.Instant;

/**
 * Everything that a ledger in memory keeps: as it was committed, which never changes, or as a transaction has it.
 *
 * @param buried organizations that are gone for good
 * @param requests by caller and request id
 * @param events by organization and place
 * @param ended by part and index
 * @param overrides by subject
 * @param lists by part, the first index that nobody has
 * @param parts by part, the revision of its last change
 * @param head the last revision
 */
record MemoryTables(
        MemoryTable<String, DirectoryEntry> directory,
        MemoryTable<String, String> buried,
        MemoryTable<String, ApiToken> tokens,
        MemoryTable<String, PlatformToken> platformTokens,
        MemoryTable<String, ApiKey> apiKeys,
        MemoryTable<String, Person> people,
        MemoryTable<String, StoredRole> roles,
        MemoryTable<String, Request> requests,
        MemoryTable<String, Chain> chains,
        MemoryTable<String, ChainedEvent> events,
        MemoryTable<String, StoredKey> keys,
        MemoryTable<String, StoredFeedKey> feedKey,
        MemoryTable<String, MemoryEnded.Ended> ended,
        MemoryTable<String, MemoryEnded.Kept> overrides,
        MemoryTable<String, Integer> lists,
        MemoryTable<String, Long> epochs,
        MemoryTable<String, Long> parts,
        MemoryTable<String, TrustPart> checkpoints,
        MemoryTable<Long, RecordedChange> changes,
        long head) {

    /** What a request made, and when. */
    record Request(RequestRecords.Outcome outcome, Instant time) {}

    MemoryTables() {
        this(
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                new MemoryTable<>(),
                0);
    }

    MemoryTables fork() {
        return new MemoryTables(
                directory.fork(),
                buried.fork(),
                tokens.fork(),
                platformTokens.fork(),
                apiKeys.fork(),
                people.fork(),
                roles.fork(),
                requests.fork(),
                chains.fork(),
                events.fork(),
                keys.fork(),
                feedKey.fork(),
                ended.fork(),
                overrides.fork(),
                lists.fork(),
                epochs.fork(),
                parts.fork(),
                checkpoints.fork(),
                changes.fork(),
                head);
    }

    /** What is committed, with the changes made here. */
    MemoryTables over(MemoryTables committed, long newHead) {
        return new MemoryTables(
                directory.over(committed.directory),
                buried.over(committed.buried),
                tokens.over(committed.tokens),
                platformTokens.over(committed.platformTokens),
                apiKeys.over(committed.apiKeys),
                people.over(committed.people),
                roles.over(committed.roles),
                requests.over(committed.requests),
                chains.over(committed.chains),
                events.over(committed.events),
                keys.over(committed.keys),
                feedKey.over(committed.feedKey),
                ended.over(committed.ended),
                overrides.over(committed.overrides),
                lists.over(committed.lists),
                epochs.over(committed.epochs),
                parts.over(committed.parts),
                checkpoints.over(committed.checkpoints),
                changes.over(committed.changes),
                newHead);
    }
}
