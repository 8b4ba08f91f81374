package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;

/** How trust changes, and parts of the trust state, are written down. */
public interface ChangeCodec {

    byte[] encode(TrustChange change);

    /** @throws IllegalArgumentException where these bytes are no change */
    TrustChange decode(byte[] bytes);

    byte[] encode(TrustPart part);

    /** @throws IllegalArgumentException where these bytes are no part */
    TrustPart decodePart(byte[] bytes);
}
