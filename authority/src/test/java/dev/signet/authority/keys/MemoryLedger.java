package dev.signet.authority.keys;

import dev.signet.authority.store.ApiKeyRecords;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.AuditRecords;
import dev.signet.authority.store.DirectoryRecords;
import dev.signet.authority.store.EndedRecords;
import dev.signet.authority.store.FeedKeyRecords;
import dev.signet.authority.store.KeyRecords;
import dev.signet.authority.store.PersonRecords;
import dev.signet.authority.store.RequestRecords;
import dev.signet.authority.store.RoleRecords;
import dev.signet.authority.store.StoredKey;
import dev.signet.authority.store.TokenRecords;
import dev.signet.authority.store.Transaction;
import dev.signet.authority.store.TrustRecords;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.Roles;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** As much of a ledger as the life of keys needs: their rows, recorded values, and the log of the installation. */
final class MemoryLedger {
    private Map<String, StoredKey> rows = new HashMap<>();
    private final List<RecordedToken> tokens = new ArrayList<>();
    private final List<TrustChange> log = new ArrayList<>();
    /** The installation at every head. */
    private final List<InstallationTrust> history = new ArrayList<>();

    private Duration largestStaleness = Duration.ZERO;

    /** A recorded value; {@link Instant#MAX} for one that never expires. */
    private record RecordedToken(String key, Instant expireTime) {}

    MemoryLedger() {
        history.add(new InstallationTrust(
                0, Freshness.NEVER, Map.of(), Roles.NONE, new TrustPolicy(Duration.ofSeconds(60)), Indexes.NONE, 0));
    }

    int head() {
        return log.size();
    }

    TrustChange change(int revision) {
        return log.get(revision - 1);
    }

    InstallationTrust at(int head) {
        return history.get(head);
    }

    InstallationTrust installation() {
        return at(head());
    }

    Duration largestStaleness() {
        return largestStaleness;
    }

    void record(String key, Instant expireTime) {
        tokens.add(new RecordedToken(key, expireTime));
    }

    List<StoredKey> keys() {
        return sorted(rows);
    }

    <T> T read(Function<Transaction, T> work) {
        return work.apply(new MemoryTransaction(new HashMap<>(rows), new ArrayList<>()));
    }

    /** @param beforeCommit happens when all is done but nobody can see it yet */
    <T> T write(Function<Transaction, T> work, Runnable beforeCommit) {
        MemoryTransaction tx = new MemoryTransaction(new HashMap<>(rows), new ArrayList<>());
        T result = work.apply(tx);
        beforeCommit.run();
        rows = tx.rows;
        for (TrustChange change : tx.announced) {
            log.add(change);
            history.add(history.get(history.size() - 1).after(change, log.size()));
            if (change instanceof TrustChange.PolicyChanged changed
                    && changed.policy().maximumStaleness().compareTo(largestStaleness) > 0) {
                largestStaleness = changed.policy().maximumStaleness();
            }
        }
        return result;
    }

    private static List<StoredKey> sorted(Map<String, StoredKey> rows) {
        return rows.values().stream()
                .sorted(Comparator.comparing(StoredKey::createTime).thenComparing(StoredKey::id))
                .toList();
    }

    private final class MemoryTransaction implements Transaction, KeyRecords {
        private final Map<String, StoredKey> rows;
        private final List<TrustChange> announced;

        MemoryTransaction(Map<String, StoredKey> rows, List<TrustChange> announced) {
            this.rows = rows;
            this.announced = announced;
        }

        @Override
        public KeyRecords keys() {
            return this;
        }

        @Override
        public void announce(String part, TrustChange change) {
            announced.add(change);
        }

        @Override
        public Optional<StoredKey> find(String id) {
            return Optional.ofNullable(rows.get(id));
        }

        @Override
        public Optional<StoredKey> hold(String id) {
            return find(id);
        }

        @Override
        public Optional<StoredKey> active() {
            List<StoredKey> active = rows.values().stream()
                    .filter(key -> key.state() == KeyState.ACTIVE)
                    .toList();
            if (active.size() > 1) {
                throw new AssertionError("more than one key is active: " + active);
            }
            return active.stream().findFirst();
        }

        @Override
        public List<StoredKey> list() {
            return sorted(rows);
        }

        @Override
        public List<StoredKey> lock() {
            return list();
        }

        @Override
        public void insert(StoredKey key) {
            if (rows.put(key.id(), key) != null) {
                throw new AssertionError("a key was inserted twice: " + key);
            }
        }

        @Override
        public void update(StoredKey key) {
            if (rows.put(key.id(), key) == null) {
                throw new AssertionError("there is no such key: " + key);
            }
        }

        @Override
        public void delete(String id) {
            rows.remove(id);
        }

        @Override
        public boolean hasLiveTokens(String id, Instant now) {
            return tokens.stream()
                    .anyMatch(token ->
                            token.key().equals(id) && token.expireTime().isAfter(now));
        }

        @Override
        public Map<String, Long> liveTokens(String id, Instant now) {
            throw notNeeded();
        }

        @Override
        public DirectoryRecords directory() {
            throw notNeeded();
        }

        @Override
        public TokenRecords tokens() {
            throw notNeeded();
        }

        @Override
        public PersonRecords people() {
            throw notNeeded();
        }

        @Override
        public ApiKeyRecords apiKeys() {
            throw notNeeded();
        }

        @Override
        public RoleRecords roles() {
            throw notNeeded();
        }

        @Override
        public RequestRecords requests() {
            throw notNeeded();
        }

        @Override
        public AuditRecords audit() {
            throw notNeeded();
        }

        @Override
        public FeedKeyRecords feedKey() {
            throw notNeeded();
        }

        @Override
        public TrustRecords trust() {
            throw notNeeded();
        }

        @Override
        public EndedRecords ended() {
            throw notNeeded();
        }

        @Override
        public void lockSubjects(Collection<String> ids) {
            throw notNeeded();
        }

        @Override
        public void lockCaller(String caller, Collection<String> subjects) {
            throw notNeeded();
        }

        @Override
        public void record(AuditEvent event) {
            throw notNeeded();
        }

        @Override
        public int allottedIndexes(String part) {
            throw notNeeded();
        }

        @Override
        public int reserveIndexes(String part, int count) {
            throw notNeeded();
        }

        @Override
        public void raiseEpoch(String part) {
            throw notNeeded();
        }

        private static AssertionError notNeeded() {
            return new AssertionError("the life of keys needs nothing of this");
        }
    }
}
