package dev.signet.verifier.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Snapshot;
import dev.signet.v1.SnapshotChunk;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a feed brings, or a disk: it is read as what it says and written back the same, or refused in one way. */
class TrustFuzzTest {
    private final TrustCodec codec = new TrustCodec(new VerificationKeys());

    static Stream<byte[]> snapshots() {
        TrustCodec codec = new TrustCodec(new VerificationKeys());
        return TrustCodecTest.parts().map(part -> codec.encode(part).toByteArray());
    }

    @MethodSource("snapshots")
    @FuzzTest(maxDuration = "5m")
    void snapshot(byte[] bytes) {
        TrustPart part;
        try {
            part = codec.decode(Snapshot.parseFrom(bytes));
        } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
            return;
        }
        TrustPart again = codec.decode(codec.encode(part));
        assertEquals(part, again);
        assertEquals(new PartDigests().of(part), new PartDigests().of(again));
    }

    static Stream<byte[]> changes() {
        TrustCodec codec = new TrustCodec(new VerificationKeys());
        return TrustCodecTest.changes().map(codec::encodeToBytes);
    }

    @MethodSource("changes")
    @FuzzTest(maxDuration = "5m")
    void change(byte[] bytes) {
        TrustChange change;
        try {
            change = codec.decodeBytes(bytes);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertEquals(change, codec.decodeBytes(codec.encodeToBytes(change)));
    }

    static Stream<byte[]> pieces() {
        TrustCodec codec = new TrustCodec(new VerificationKeys());
        return TrustCodecTest.parts()
                .map(part -> SnapshotPieces.cut(TrustPart.INSTALLATION, codec.encode(part))
                        .get(0)
                        .toByteArray());
    }

    /** One piece; that it says to be the whole is its own affair. */
    @MethodSource("pieces")
    @FuzzTest(maxDuration = "5m")
    void piece(byte[] bytes) {
        try {
            SnapshotChunk piece = SnapshotChunk.parseFrom(bytes);
            SnapshotPieces pieces = SnapshotPieces.of(piece);
            pieces.take(piece);
            Snapshot joined = pieces.join();
            assertEquals(piece.getInflatedSize(), bytesOf(joined, piece), "of another size than it said");
            assertTrue(piece.getInflatedSize() <= SnapshotPieces.LARGEST);
        } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
            // Refused.
        }
    }

    /** What was not written in the shortest way may be shorter once it is written here. */
    private static long bytesOf(Snapshot joined, SnapshotChunk piece) {
        return Math.max(joined.getSerializedSize(), piece.getInflatedSize());
    }
}
