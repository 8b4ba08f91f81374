package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * What lies behind ledgers in memory: committed tables, and a counter of revisions. Several ledgers may share one, as
 * authorities share a database.
 */
public final class MemoryStore {
    private final String id;
    private final ReentrantLock writing = new ReentrantLock(true);
    private volatile MemoryTables committed = new MemoryTables();
    private volatile MemoryTables replica = committed;
    private long revisions;

    public MemoryStore(String id) {
        this.id = id;
    }

    /** Everything as it is now, to be kept and gone back to. */
    public static final class Backup {
        /** Of the store that it is of. */
        private final String id;

        private final MemoryTables tables;

        private Backup(String id, MemoryTables tables) {
            this.id = id;
            this.tables = tables;
        }
    }

    /** A change that has no revision yet. */
    record Announced(String part, LongFunction<TrustChange> change) {}

    public String id() {
        return id;
    }

    public Backup backup() {
        return new Backup(id, committed);
    }

    private void restore(Backup backup) {
        committed = backup.tables;
        replica = committed;
        revisions = committed.head();
    }

    /** A store of another identity that begins with what was kept, with revisions far above. */
    public static MemoryStore restored(String id, Backup backup, long further) {
        if (id.equals(backup.id)) {
            throw new IllegalArgumentException("what went back is another history: " + id);
        }
        MemoryStore store = new MemoryStore(id);
        store.restore(backup);
        store.revisions += further;
        return store;
    }

    /** The last revision; unlike a read through a ledger, this takes no time. */
    public long head() {
        return committed.head();
    }

    /** Changes after a revision; unlike a read through a ledger, this takes no time. */
    public List<RecordedChange> after(long revision) {
        return List.copyOf(committed.changes().after(revision));
    }

    /** Lets the replica, from which nothing should be read, catch up. */
    public void replicate() {
        replica = committed;
    }

    ReentrantLock writing() {
        return writing;
    }

    MemoryTables primary() {
        return committed;
    }

    MemoryTables replica() {
        return replica;
    }

    /** Takes the next revisions, and returns the one before them. */
    long take(int count) {
        long before = revisions;
        revisions += count;
        return before;
    }

    /** Commits what a transaction changed. */
    void commit(MemoryTables changed, List<Announced> announced, long before) {
        MemoryTables now = committed;
        long revision = before;
        for (Announced each : announced) {
            revision++;
            TrustChange change = each.change().apply(revision);
            if (change instanceof TrustChange.EpochRaised raised) {
                changed.epochs().put(each.part(), raised.epoch());
            } else if (change instanceof TrustChange.GrantsOverridden overridden) {
                new MemoryEnded(changed).override(each.part(), overridden.subject(), revision);
            }
            // Of the part as it is now: it may have gone on since the transaction began.
            long previous = Math.max(
                    now.parts().find(each.part()).orElse(0L),
                    changed.parts().find(each.part()).orElse(0L));
            changed.changes().insert(revision, new RecordedChange(revision, each.part(), previous, change));
            changed.parts().put(each.part(), revision);
        }
        committed = changed.over(now, Math.max(now.head(), revision));
    }
}
