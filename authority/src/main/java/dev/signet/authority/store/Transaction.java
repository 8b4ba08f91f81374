package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;

/**
 * The ledger within one transaction, by what it keeps. Locks are always taken in this order: organization, workspace,
 * deployment, then tokens by id, then the revision row (which the ledger takes by itself).
 */
public interface Transaction {

    DirectoryRecords directory();

    TokenRecords tokens();

    KeyRecords keys();

    TrustRecords trust();

    /** Announces a change of a part; it gets its revision at the commit. */
    void announce(String part, TrustChange change);
}
