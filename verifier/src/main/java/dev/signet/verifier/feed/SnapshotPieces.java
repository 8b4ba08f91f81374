package dev.signet.verifier.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Snapshot;
import dev.signet.v1.SnapshotChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A part as a whole, cut for the wire and put together again. Lists of revocations deflate to about half. */
public final class SnapshotPieces {
    /** The most that a part may take once it is inflated, in bytes; what says that it is larger is not read. */
    public static final int LARGEST = 64 << 20;

    private static final int PIECE = 64 << 10;

    private final SnapshotChunk first;
    private ByteString data = ByteString.EMPTY;
    private int taken;

    private SnapshotPieces(SnapshotChunk first) {
        if (first.getIndex() != 0 || isTooLarge(first) || first.getInflatedSize() < 0) {
            throw new IllegalArgumentException("a snapshot that does not begin, or is too large");
        }
        this.first = first;
    }

    /** The pieces of a snapshot, in their order. */
    public static List<SnapshotChunk> cut(String part, Snapshot snapshot) {
        ByteString deflated = deflate(snapshot.toByteArray());
        int count = Math.max(1, (deflated.size() + PIECE - 1) / PIECE);
        List<SnapshotChunk> pieces = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            pieces.add(SnapshotChunk.newBuilder()
                    .setPart(part)
                    .setRevision(snapshot.getRevision())
                    .setIndex(index)
                    .setCount(count)
                    .setInflatedSize(snapshot.getSerializedSize())
                    .setData(deflated.substring(index * PIECE, Math.min(deflated.size(), (index + 1) * PIECE)))
                    .build());
        }
        return pieces;
    }

    /** Whether it is a piece of a part that takes more than {@link #LARGEST}. */
    static boolean isTooLarge(SnapshotChunk piece) {
        return piece.getInflatedSize() > LARGEST;
    }

    /**
     * Begins with the first piece.
     *
     * @throws IllegalArgumentException where it is not the first, or tells of more than {@link #LARGEST} bytes
     */
    public static SnapshotPieces of(SnapshotChunk first) {
        return new SnapshotPieces(first);
    }

    /** @throws IllegalArgumentException where it is not the next piece */
    public void take(SnapshotChunk piece) {
        if (piece.getIndex() != taken
                || piece.getCount() != first.getCount()
                || piece.getRevision() != first.getRevision()
                || data.size() + piece.getData().size() > LARGEST) {
            throw new IllegalArgumentException("a piece that does not follow the one before");
        }
        data = data.concat(piece.getData());
        taken++;
    }

    /** Whether the last piece was taken. */
    public boolean isWhole() {
        return taken == first.getCount();
    }

    /** @throws IllegalArgumentException where the pieces are not those of a snapshot */
    public Snapshot join() {
        byte[] inflated = new byte[(int) first.getInflatedSize()];
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(data.asReadOnlyByteBuffer());
            int size = inflater.inflate(inflated);
            if (size != inflated.length || inflater.inflate(new byte[1]) != 0 || !inflater.finished()) {
                throw new IllegalArgumentException("a snapshot that is not of the size that was told");
            }
            return Snapshot.parseFrom(inflated);
        } catch (DataFormatException | InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not a snapshot", e);
        } finally {
            inflater.end();
        }
    }

    private static ByteString deflate(byte[] bytes) {
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(bytes);
            deflater.finish();
            ByteString.Output deflated = ByteString.newOutput();
            byte[] buffer = new byte[PIECE];
            while (!deflater.finished()) {
                deflated.write(buffer, 0, deflater.deflate(buffer));
            }
            return deflated.toByteString();
        } finally {
            deflater.end();
        }
    }
}
