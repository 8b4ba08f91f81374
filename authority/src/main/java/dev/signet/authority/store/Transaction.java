package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import java.util.Collection;

/**
 * The ledger within one transaction, by what it keeps. Locks are always taken in this order: organization, workspace,
 * deployment, subjects by id, role, then the audit chain and the revision row (which the ledger takes by itself).
 */
public interface Transaction {

    DirectoryRecords directory();

    TokenRecords tokens();

    PersonRecords people();

    ApiKeyRecords apiKeys();

    RoleRecords roles();

    RequestRecords requests();

    AuditRecords audit();

    KeyRecords keys();

    TrustRecords trust();

    /** Locks subjects (tokens, users, API keys) that exist among these, in the order of ids. */
    void lockSubjects(Collection<String> ids);

    /** Adds an event to the audit log of its organization; it gets its place in the chain at the commit. */
    void record(AuditEvent event);

    /** Sets aside {@code count} indexes of a part's status list that nobody else gets, and returns the first. */
    int reserveIndexes(String part, int count);

    /** Announces a change of a part; it gets its revision at the commit. */
    void announce(String part, TrustChange change);

    /** Ends every value whose grants were read before: the epoch of the part becomes this change's own revision. */
    void raiseEpoch(String part);
}
