package dev.signet.authority.feed;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.authority.store.ChangeCodec;
import dev.signet.v1.Snapshot;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;

/** Has the ledger keep changes and parts in the words of the feed. */
public record FeedChangeCodec(TrustCodec codec) implements ChangeCodec {

    @Override
    public byte[] encode(TrustChange change) {
        return codec.encodeToBytes(change);
    }

    @Override
    public TrustChange decode(byte[] bytes) {
        return codec.decodeBytes(bytes);
    }

    @Override
    public byte[] encode(TrustPart part) {
        return codec.encode(part).toByteArray();
    }

    @Override
    public TrustPart decodePart(byte[] bytes) {
        try {
            return codec.decode(Snapshot.parseFrom(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a part of the trust state", e);
        }
    }
}
