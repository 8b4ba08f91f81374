package dev.signet.verifier.trust;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.roaringbitmap.RoaringBitmap;

/** An immutable set of indexes in a status list: a compressed bitmap. */
public final class Indexes {
    public static final Indexes NONE = new Indexes(new RoaringBitmap());

    private final RoaringBitmap bitmap;

    private Indexes(RoaringBitmap bitmap) {
        this.bitmap = bitmap;
    }

    public static Indexes of(Collection<Integer> indexes) {
        RoaringBitmap bitmap = new RoaringBitmap();
        indexes.forEach(bitmap::add);
        return compact(bitmap);
    }

    public static Indexes of(int... indexes) {
        return compact(RoaringBitmap.bitmapOf(indexes));
    }

    /**
     * Reads the portable form of a RoaringBitmap.
     *
     * @throws IllegalArgumentException where the bytes are something else
     */
    public static Indexes deserialize(ByteBuffer bytes) {
        RoaringBitmap bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(bytes);
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("not a RoaringBitmap", e);
        }
        return new Indexes(bitmap);
    }

    /** The portable form of a RoaringBitmap. */
    public byte[] serialize() {
        ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
        bitmap.serialize(bytes);
        return bytes.array();
    }

    public boolean contains(int index) {
        return bitmap.contains(index);
    }

    public Indexes with(Indexes others) {
        return compact(RoaringBitmap.or(bitmap, others.bitmap));
    }

    /** In ascending order. */
    public int[] toArray() {
        return bitmap.toArray();
    }

    public int size() {
        return bitmap.getCardinality();
    }

    private static Indexes compact(RoaringBitmap bitmap) {
        bitmap.runOptimize();
        return new Indexes(bitmap);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Indexes other && bitmap.equals(other.bitmap);
    }

    @Override
    public int hashCode() {
        return bitmap.hashCode();
    }

    @Override
    public String toString() {
        return size() + " indexes";
    }
}
