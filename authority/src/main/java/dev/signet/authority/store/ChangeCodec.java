package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;

/** How a trust change is written down: the ledger keeps the bytes that the feed sends. */
public interface ChangeCodec {

    byte[] encode(TrustChange change);

    /** Reads back what {@link #encode} wrote. */
    TrustChange decode(byte[] bytes);
}
