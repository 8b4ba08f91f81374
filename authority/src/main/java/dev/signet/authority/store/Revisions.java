package dev.signet.authority.store;

import dev.signet.authority.store.JdbcTransaction.Announced;
import dev.signet.verifier.trust.TrustChange;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** The one order of all trust changes, kept by the lock of one row. */
record Revisions(Handle handle) {

    /** Moves the head on, and returns it. Its row is locked from here to the commit, and by nobody for longer. */
    long lockAndAdd(int count) {
        // What is returned is what was written, and never older than the lock.
        return handle.createUpdate("UPDATE ledger SET head = head + :count WHERE id = 1")
                .bind("count", count)
                .executeAndReturnGeneratedKeys("head")
                .mapTo(Long.class)
                .one();
    }

    /** Gives each change its revision, and returns the last. */
    long allot(List<Announced> announced, ChangeCodec codec) {
        long head = lockAndAdd(announced.size());
        long revision = head - announced.size();
        for (Announced each : announced) {
            revision++;
            TrustChange change = each.change().apply(revision);
            if (change instanceof TrustChange.EpochRaised raised) {
                raiseEpoch(each.part(), raised.epoch());
            } else if (change instanceof TrustChange.GrantsOverridden overridden) {
                JdbcEndedRecords.override(handle, each.part(), overridden, revision);
            }
            record(each.part(), revision, codec.encode(change));
        }
        return head;
    }

    /** In as few statements as can be: everybody waits for them. */
    private void record(String part, long revision, byte[] change) {
        handle.createUpdate("INSERT INTO trust_change (revision, part, previous_revision, change) VALUES (:revision, "
                        + ":part, COALESCE((SELECT revision FROM trust_part WHERE part = :part), 0), :change)")
                .bind("revision", revision)
                .bind("part", part)
                .bind("change", change)
                .execute();
        int parts = handle.createUpdate("UPDATE trust_part SET revision = :revision WHERE part = :part")
                .bind("part", part)
                .bind("revision", revision)
                .execute();
        if (parts == 0) {
            handle.createUpdate("INSERT INTO trust_part (part, revision) VALUES (:part, :revision)")
                    .bind("part", part)
                    .bind("revision", revision)
                    .execute();
        }
    }

    private void raiseEpoch(String part, long epoch) {
        Update update = part.isEmpty()
                ? handle.createUpdate("UPDATE ledger SET epoch = :epoch WHERE id = 1")
                : handle.createUpdate("UPDATE organization SET epoch = :epoch WHERE id = :part")
                        .bind("part", part);
        update.bind("epoch", epoch).execute();
    }
}
