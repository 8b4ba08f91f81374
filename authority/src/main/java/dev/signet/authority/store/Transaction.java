package dev.signet.authority.store;

import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.TrustChange;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The ledger within one transaction, by what it keeps. Locks are always taken in this order: organization, workspace,
 * deployment, caller and subjects by id, the caller's signing key, roles by id, then the audit chain and the revision row
 * (which the ledger takes by itself). Where transactions lock in a circle all the same, the store ends one, and it is
 * made again.
 *
 * <p>Everything that a change rests on is locked before it is read: in a store that makes many writes at once, what was
 * read before may be different at the commit.
 */
public interface Transaction {
    /** So many indexes take up half of what a store takes into one row. */
    int REVOKED_AT_ONCE = 100_000;

    DirectoryRecords directory();

    TokenRecords tokens();

    PersonRecords people();

    ApiKeyRecords apiKeys();

    RoleRecords roles();

    RequestRecords requests();

    AuditRecords audit();

    KeyRecords keys();

    FeedKeyRecords feedKey();

    TrustRecords trust();

    EndedRecords ended();

    /** Locks subjects (tokens, users, API keys) that exist among these, in the order of ids. */
    void lockSubjects(Collection<String> ids);

    /**
     * Locks subjects and the credential of whoever changes them, in the order of ids. The credential must stay as it is;
     * where it is not one of the subjects, others may use it at the same time.
     */
    void lockCaller(String caller, Collection<String> subjects);

    /** Adds an event to the audit log of its organization; it gets its place in the chain at the commit. */
    void record(AuditEvent event);

    /** Sets aside {@code count} indexes of a part's status list that nobody else gets, and returns the first. */
    int reserveIndexes(String part, int count);

    /** The first index of a part's status list that nobody has yet. */
    int allottedIndexes(String part);

    /** Announces a change of a part; it gets its revision at the commit. */
    void announce(String part, TrustChange change);

    /** Ends values at once, where there are any, and keeps until when that must be known. */
    default void revoke(String part, Collection<EndedValue> values) {
        ended().add(part, values);
        int[] indexes = values.stream().mapToInt(EndedValue::index).sorted().toArray();
        for (int from = 0; from < indexes.length; from += REVOKED_AT_ONCE) {
            int to = Math.min(indexes.length, from + REVOKED_AT_ONCE);
            announce(part, new TrustChange.Revoked(Indexes.of(Arrays.copyOfRange(indexes, from, to))));
        }
    }

    /** Ends a value from a time on. */
    default void revoke(String part, EndedValue value, Instant notAfter) {
        ended().add(part, List.of(value));
        announce(part, new TrustChange.Ending(value.index(), notAfter.toEpochMilli()));
    }

    /**
     * Ends every value whose grants were read before: the epoch of the part becomes this change's own revision. To be
     * done under the exclusive lock of the organization, or for the installation of the keys, so that nobody who was let
     * in before makes a value after.
     */
    void raiseEpoch(String part);
}
