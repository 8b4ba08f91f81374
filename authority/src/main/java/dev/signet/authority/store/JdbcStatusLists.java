package dev.signet.authority.store;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Hands out the indexes of status lists. */
final class JdbcStatusLists {
    private JdbcStatusLists() {}

    static int reserve(Handle handle, String part, int count) {
        Optional<Integer> next = nextIndex(handle, part, count);
        if (next.isEmpty()) {
            beginList(handle, part);
            next = nextIndex(handle, part, count);
        }
        return next.orElseThrow() - count;
    }

    /** Moves on the first index that nobody has, and returns it; empty where the part has no list yet. */
    private static Optional<Integer> nextIndex(Handle handle, String part, int count) {
        int lists = handle.createUpdate("UPDATE status_list SET next_index = next_index + :count WHERE part = :part")
                .bind("part", part)
                .bind("count", count)
                .execute();
        // Where nothing was updated, what could be read now would be the list that another has begun meanwhile.
        return lists == 0 ? Optional.empty() : nextIndex(handle, part);
    }

    /** The first index that nobody has. */
    static int allotted(Handle handle, String part) {
        return nextIndex(handle, part).orElse(0);
    }

    private static Optional<Integer> nextIndex(Handle handle, String part) {
        return handle.createQuery("SELECT next_index FROM status_list WHERE part = :part")
                .bind("part", part)
                .mapTo(Integer.class)
                .findOne();
    }

    /** Makes a part's list where nobody else did meanwhile; the revision row keeps two from making it at once. */
    private static void beginList(Handle handle, String part) {
        new Revisions(handle).lockAndAdd(0);
        handle.createUpdate("INSERT INTO status_list (part, next_index) SELECT :part, 0 FROM ledger WHERE id = 1 "
                        + "AND NOT EXISTS (SELECT part FROM status_list WHERE part = :part)")
                .bind("part", part)
                .execute();
    }
}
