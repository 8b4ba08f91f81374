package dev.signet.authority.store;

import dev.signet.authority.store.DirectoryRecords.Lock;

/**
 * How rows are locked until a transaction ends: the one thing that SQL has no common words for. Rows are selected by
 * {@code :id}.
 */
enum Locks {
    /** Who only reads sees one state anyway, and who writes to the embedded store is alone. */
    NONE {
        @Override
        String select(String columns, String from, Lock lock) {
            return "SELECT " + columns + " FROM " + from;
        }
    },
    /**
     * PostgreSQL shares the lock of a row without end: as long as one sharer comes before the last one goes, whoever wants
     * it alone waits, and a stream of issued tokens would keep its organization from being revoked. So each passes a gate
     * first, where they queue in the order in which they came: an advisory lock, which costs nothing on disk. It is taken
     * while the row is looked for, so before the row's own lock; {@code PostgresLocksTest} holds PostgreSQL to that. The
     * gate is only about fairness: that nothing is made below what is being deleted rests on the rows.
     *
     * <p>Shared is {@code FOR KEY SHARE}, which the foreign keys of what is inserted below take anyway, and which lets
     * {@code last_used_time} be noted meanwhile. Whoever changes what others rely on locks it exclusively first.
     */
    POSTGRES {
        @Override
        String select(String columns, String from, Lock lock) {
            return lock == Lock.SHARED
                    ? "SELECT " + columns + ", pg_advisory_xact_lock_shared(hashtextextended(:id, 0)) AS gate FROM "
                            + from + " FOR KEY SHARE"
                    : "SELECT " + columns + ", pg_advisory_xact_lock(hashtextextended(:id, 0)) AS gate FROM " + from
                            + " FOR UPDATE";
        }
    };

    /** A query for rows as they are once they are locked. */
    abstract String select(String columns, String from, Lock lock);
}
