package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;

/**
 * A trust change as the ledger recorded it.
 *
 * @param revision its place in the one order of all changes
 * @param part the part it belongs to: empty for the installation, else an organization's id
 * @param previousRevision the part's revision before it, 0 where it is the part's first
 */
public record RecordedChange(long revision, String part, long previousRevision, TrustChange change) {}
