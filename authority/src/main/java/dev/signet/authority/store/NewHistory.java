package dev.signet.authority.store;

import dev.signet.verifier.token.Grants;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;

/**
 * A restored ledger as it becomes another history, within the one transaction that makes it one: what only this moment
 * asks of the store.
 */
public final class NewHistory {
    /**
     * How many revisions are skipped. Whatever was issued after the backup carries a revision below, and so counts as
     * older than everything that changes from here on.
     */
    static final long REVISIONS = 1L << 40;

    /** How many indexes of each list are skipped and ended, as what was issued after the backup may have them. */
    static final int INDEXES = 1 << 20;

    private final JdbcTransaction tx;
    private final Handle handle;

    private NewHistory(JdbcTransaction tx) {
        this.tx = tx;
        this.handle = tx.handle();
    }

    static NewHistory begin(JdbcTransaction tx, String ledgerId) {
        Handle handle = tx.handle();
        int held = handle.createUpdate("UPDATE ledger SET ledger_id = :id, head = head + :skipped, hold = NULL "
                        + "WHERE id = 1 AND hold LIKE :hold")
                .bind("id", ledgerId)
                .bind("skipped", REVISIONS)
                .bind("hold", Hold.RESTORED + "%")
                .execute();
        if (held != 1) {
            throw new IllegalStateException("the ledger does not wait for a decision");
        }
        List<String> full = handle.createQuery("SELECT part FROM status_list WHERE next_index > :last")
                .bind("last", Integer.MAX_VALUE - 2 * INDEXES)
                .mapTo(String.class)
                .list();
        if (!full.isEmpty()) {
            throw new IllegalStateException("no indexes are left in the lists of " + full);
        }
        handle.createUpdate("UPDATE status_list SET next_index = next_index + :skipped")
                .bind("skipped", INDEXES)
                .execute();
        // Whoever asks again must not get a value of which nobody knows what became.
        handle.execute("DELETE FROM request_record");
        return new NewHistory(tx);
    }

    /** The transaction. */
    public Transaction transaction() {
        return tx;
    }

    /** The first index of a part's list that had not been handed out at the backup. */
    private int unknownFrom(String part) {
        return handle.createQuery("SELECT next_index FROM status_list WHERE part = :part")
                .bind("part", part)
                .mapTo(Integer.class)
                .findOne()
                .map(next -> next - INDEXES)
                .orElse(0);
    }

    /** Whether so many values were issued after the backup that not all of them could be ended. */
    public boolean isBeyondReach(String part, Indexes indexes) {
        int[] known = indexes.toArray();
        return known.length > 0 && known[known.length - 1] >= unknownFrom(part) + INDEXES;
    }

    /**
     * Ends the values that were issued after the backup: nobody could ever list or revoke them here. As authorities take
     * indexes in blocks, they may lie among those that were handed out before; so every one goes that nothing carries.
     */
    public void endUnknown(String part) {
        int from = unknownFrom(part);
        if (from == 0) {
            begin(part);
        }
        BitSet unknown = new BitSet();
        unknown.set(0, from);
        carried(part).forEach(unknown::clear);
        int[] indexes = unknown.stream().toArray();
        for (int at = 0; at < indexes.length; at += Transaction.REVOKED_AT_ONCE) {
            int end = Math.min(indexes.length, at + Transaction.REVOKED_AT_ONCE);
            tx.announce(part, new TrustChange.Revoked(Indexes.of(Arrays.copyOfRange(indexes, at, end))));
        }
        // A stretch without gaps takes up next to nothing.
        tx.announce(
                part,
                new TrustChange.Revoked(
                        Indexes.of(IntStream.range(from, from + INDEXES).toArray())));
    }

    private List<Integer> carried(String part) {
        return handle.createQuery(
                        part.isEmpty()
                                ? "SELECT status_index FROM platform_token WHERE :part = ''"
                                : "SELECT status_index FROM api_token WHERE organization_id = :part "
                                        + "UNION ALL SELECT previous_index FROM api_token "
                                        + "WHERE organization_id = :part AND previous_index IS NOT NULL "
                                        + "UNION ALL SELECT status_index FROM api_key WHERE organization_id = :part "
                                        + "UNION ALL SELECT status_index FROM person WHERE organization_id = :part")
                .bind("part", part)
                .mapTo(Integer.class)
                .list();
    }

    /** A list that was begun after the backup goes on above what it reached. */
    private void begin(String part) {
        if (handle.createQuery("SELECT part FROM status_list WHERE part = :part")
                .bind("part", part)
                .mapTo(String.class)
                .findOne()
                .isEmpty()) {
            tx.reserveIndexes(part, INDEXES);
        }
    }

    /**
     * Deletes the tokens, API keys and users that carry one of these indexes.
     *
     * @return all of the indexes, each with when it expires as far as that is known here
     */
    public List<EndedValue> delete(String organization, Indexes indexes, Instant now) {
        Map<Integer, EndedValue> ended = new HashMap<>();
        for (int index : indexes.toArray()) {
            ended.put(index, new EndedValue(index, null));
        }
        List<String> subjects = new ArrayList<>();
        subjects.addAll(delete("api_token", "expire_time", organization, ended, Function.identity()));
        subjects.addAll(
                delete("person", "update_time", organization, ended, time -> now.plus(EndedValue.PERSON_REMEMBERED)));
        delete("api_key", "update_time", organization, ended, time -> now.plus(EndedValue.KEY_REMEMBERED));
        new JdbcGrants(handle).delete(subjects);
        return List.copyOf(ended.values());
    }

    private List<String> delete(
            String table,
            String time,
            String organization,
            Map<Integer, EndedValue> ended,
            Function<Instant, Instant> expiry) {
        List<String> gone = new ArrayList<>();
        handle.createQuery("SELECT id, status_index, " + time + " AS end_time FROM " + table
                        + " WHERE organization_id = :organization ORDER BY id")
                .bind("organization", organization)
                .map((row, context) -> {
                    int index = row.getInt("status_index");
                    if (ended.containsKey(index)) {
                        Instant known = Columns.timeOrNull(row, "end_time");
                        ended.put(index, new EndedValue(index, known == null ? null : expiry.apply(known)));
                        gone.add(row.getString("id"));
                    }
                    return index;
                })
                .list();
        for (String id : gone) {
            handle.createUpdate("DELETE FROM " + table + " WHERE id = :id")
                    .bind("id", id)
                    .execute();
        }
        return gone;
    }

    /** Gives a subject that is there these grants instead of those that it had. */
    public void replaceGrants(String subject, Grants grants) {
        boolean known = tx.tokens().find(subject).isPresent()
                || tx.people().find(subject).isPresent();
        if (known) {
            new JdbcGrants(handle).replace(subject, grants);
        }
    }

    /** Has no API key of an organization be exchanged until somebody enables it again. */
    public void disableApiKeys(String organization) {
        handle.createUpdate("UPDATE api_key SET disabled = TRUE WHERE organization_id = :organization")
                .bind("organization", organization)
                .execute();
    }
}
