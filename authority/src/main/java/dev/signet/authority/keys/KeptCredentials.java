package dev.signet.authority.keys;

import dev.signet.authority.store.Transaction;

/** Credentials whose value the authority itself keeps, so that it can make them anew by itself. */
public interface KeptCredentials {

    /** Makes those anew that a key signed which is revoked in the same transaction. */
    void replaceSignedBy(Transaction tx, String keyId);

    /** Puts in place what was made anew and is committed, and drops what is not. */
    void settle(Transaction tx);
}
