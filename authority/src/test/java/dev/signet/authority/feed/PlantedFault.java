package dev.signet.authority.feed;

import java.util.List;

/**
 * A fault that could be made, as an edit of one source file.
 *
 * @param name what would be wrong
 * @param file the source file, from the root of the repository
 * @param text what it says once and once only
 * @param replacement what it would say
 */
record PlantedFault(String name, String file, String text, String replacement) {
    private static final String VERIFIER = "verifier/src/main/java/dev/signet/verifier/";
    private static final String FEED = "authority/src/main/java/dev/signet/authority/feed/";
    /** Where the simulation's ledger does what the other ledgers do by SQL. */
    private static final String STORE = "authority/src/test/java/dev/signet/authority/store/";

    static final List<PlantedFault> ALL = List.of(
            new PlantedFault("revision taken outside the lock", STORE + "MemoryLedger.java", """
                                pauses.committing();
                                long before = store.take(announced.size());
                    """, """
                                long before = store.take(announced.size());
                                pauses.committing();
                    """),
            new PlantedFault(
                    "staleness measured from the pong's arrival instead of the ping's sending",
                    VERIFIER + "feed/FeedConnection.java",
                    "sent.at().answered(",
                    "feed.now().answered("),
            new PlantedFault(
                    "only the monotonic clock read across a suspension",
                    VERIFIER + "trust/Freshness.java",
                    "return Math.max(0, Math.max(elapsed, wall));",
                    "return Math.max(0, elapsed);"),
            new PlantedFault(
                    "delta applied over a gap",
                    VERIFIER + "trust/TrustState.java",
                    "return held.revision() >= revision || held.revision() == previousRevision;",
                    "return true;"),
            new PlantedFault(
                    "eviction read as \"not revoked\"",
                    VERIFIER + "verify/TokenVerifier.java",
                    "if (claims.organization() != null && organization == null) {",
                    "if (claims.organization() == null && organization != null) {"),
            new PlantedFault("head cached across pings", FEED + "TrustPublisher.java", """
                                advance();
                                trust.requireReached(proven);
                            } catch (RuntimeException e) {
                                // No pong: the watchers' trust state ages, as it should while the ledger cannot be read.
                    """, """
                                if (clock.instant().getEpochSecond() % 8 == 0) {
                                    advance();
                                }
                            } catch (RuntimeException e) {
                                // No pong: the watchers' trust state ages, as it should while the ledger cannot be read.
                    """),
            new PlantedFault(
                    "head read from a lagging replica",
                    STORE + "MemoryLedger.java",
                    "T result = work.apply(new MemoryTransaction(store.primary().fork(),",
                    "T result = work.apply(new MemoryTransaction(store.replica().fork(),"),
            new PlantedFault(
                    "override dropped at a rotation with grace",
                    STORE + "MemoryEnded.java",
                    "return token.previous() == null\n                    && (",
                    "return ("),
            new PlantedFault(
                    "bit dropped at exp",
                    FEED + "Forgetting.java",
                    "Instant expired = now.minus(CLOCK_SKEW).minus(staleness).minus(RESERVE);",
                    "Instant expired = now;"),
            new PlantedFault(
                    "larger staleness bound forgotten when lowered",
                    FEED + "StalenessBound.java",
                    "othersUntil = later(othersUntil, now.plus(former.maximumStaleness()));",
                    ""),
            new PlantedFault(
                    "pong sent ahead of changes up to its head",
                    FEED + "TrustPublisher.java",
                    "trust.advance(this::send);",
                    "trust.advance(run -> thread.later(() -> send(run), Duration.ofMillis(20)));"),
            new PlantedFault("store rolled back under the same ledger id", STORE + "MemoryStore.java", """
                            MemoryStore store = new MemoryStore(id);
                            store.restore(backup);
                            store.revisions += further;
                    """, """
                            MemoryStore store = new MemoryStore(backup.id);
                            store.restore(backup);
                    """),
            new PlantedFault(
                    "an old part reloaded with a newer part's freshness",
                    VERIFIER + "feed/Replica.java",
                    "state.replace(whole);",
                    "var newer = state.installation();"
                            + "state.replace(newer == null ? whole : whole.confirmed(newer.freshness()));"));

    @Override
    public String toString() {
        return name;
    }
}
