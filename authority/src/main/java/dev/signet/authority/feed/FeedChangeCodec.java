package dev.signet.authority.feed;

import dev.signet.authority.store.ChangeCodec;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustChange;

/** Has the ledger keep changes in the words of the feed. */
public record FeedChangeCodec(TrustCodec codec) implements ChangeCodec {

    @Override
    public byte[] encode(TrustChange change) {
        return codec.encodeToBytes(change);
    }

    @Override
    public TrustChange decode(byte[] bytes) {
        return codec.decodeBytes(bytes);
    }
}
