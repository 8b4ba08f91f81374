package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.authority.store.RecordedChange;
import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.NotWatched;
import dev.signet.v1.PartDigest;
import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.Statement;
import dev.signet.v1.WatchResponse;
import dev.signet.v1.Welcome;
import dev.signet.verifier.feed.SignedStatements;
import dev.signet.verifier.feed.SnapshotPieces;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustPart;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the authority says, in the words of the feed and signed. Used by the publisher's thread only. */
final class Statements {
    /** What snapshots that were cut for one watcher may take to be there for the next, in bytes. */
    private static final long KEPT = 64 << 20;

    private final FeedSigner signer;
    private final TrustCodec codec;
    private final String ledgerId;
    /** The one used longest ago first. */
    private final Map<String, Cut> cuts = new LinkedHashMap<>(16, 0.75f, true);

    private long kept;

    Statements(FeedSigner signer, TrustCodec codec, String ledgerId) {
        this.signer = signer;
        this.codec = codec;
        this.ledgerId = ledgerId;
    }

    private record Cut(long revision, List<WatchResponse> pieces, long size) {}

    WatchResponse welcome() {
        return WatchResponse.newBuilder()
                .setWelcome(Welcome.newBuilder().setFeedKey(signer.key()))
                .build();
    }

    static WatchResponse notWatched(String part) {
        return WatchResponse.newBuilder()
                .setNotWatched(NotWatched.newBuilder().setPart(part))
                .build();
    }

    /** @param changes of one part, one or more */
    WatchResponse changes(List<RecordedChange> changes) {
        Changes.Builder message = Changes.newBuilder().setPart(changes.get(0).part());
        for (RecordedChange change : changes) {
            message.addChanges(Change.newBuilder()
                    .setRevision(change.revision())
                    .setPreviousRevision(change.previousRevision())
                    .setChange(codec.encode(change.change())));
        }
        return signed(Statement.newBuilder().setChanges(message));
    }

    WatchResponse pong(ByteString nonce, long head, Instant now, List<PartDigest> parts, boolean complete) {
        return signed(Statement.newBuilder()
                .setPong(Pong.newBuilder()
                        .setNonce(nonce)
                        .setHead(head)
                        .setAuthorityTime(Timestamp.newBuilder()
                                .setSeconds(now.getEpochSecond())
                                .setNanos(now.getNano()))
                        .addAllParts(parts)
                        .setComplete(complete)));
    }

    /** A part as a whole. Many watchers that come at once get the same pieces, signed once. */
    List<WatchResponse> whole(TrustPart part) {
        Cut cut = cuts.get(part.id());
        if (cut == null || cut.revision() != part.revision()) {
            List<WatchResponse> pieces = SnapshotPieces.cut(part.id(), codec.encode(part)).stream()
                    .map(piece -> signed(Statement.newBuilder().setSnapshot(piece)))
                    .toList();
            cut = new Cut(
                    part.revision(),
                    pieces,
                    pieces.stream().mapToLong(WatchResponse::getSerializedSize).sum());
            keep(part.id(), cut);
        }
        return cut.pieces();
    }

    private void keep(String part, Cut cut) {
        Cut before = cuts.put(part, cut);
        kept += cut.size() - (before == null ? 0 : before.size());
        Iterator<Cut> oldest = cuts.values().iterator();
        while (kept > KEPT && oldest.hasNext()) {
            kept -= oldest.next().size();
            oldest.remove();
        }
    }

    private WatchResponse signed(Statement.Builder statement) {
        ByteString bytes = statement.setLedgerId(ledgerId).build().toByteString();
        return WatchResponse.newBuilder()
                .setSigned(SignedStatement.newBuilder()
                        .setStatement(bytes)
                        .setSignature(ByteString.copyFrom(signer.sign(SignedStatements.input(bytes)))))
                .build();
    }
}
