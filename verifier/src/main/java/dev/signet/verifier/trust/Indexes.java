package dev.signet.verifier.trust;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.ContainerPointer;
import org.roaringbitmap.RoaringBitmap;

/**
 * An immutable set of indexes in a status list, as compressed bitmaps of 2^20 indexes each. Another set that differs in
 * a few indexes shares all bitmaps but those in which they lie.
 */
public final class Indexes {
    public static final Indexes NONE = new Indexes(new IndexShard[0]);

    /** By number; the last one is never null. */
    private final @Nullable IndexShard[] shards;

    private Indexes(@Nullable IndexShard[] shards) {
        this.shards = shards;
    }

    /** @throws IllegalArgumentException where one is negative */
    public static Indexes of(Collection<Integer> indexes) {
        RoaringBitmap bitmap = new RoaringBitmap();
        indexes.forEach(bitmap::add);
        return split(bitmap);
    }

    /** @throws IllegalArgumentException where one is negative */
    public static Indexes of(int... indexes) {
        return split(RoaringBitmap.bitmapOf(indexes));
    }

    /**
     * Reads the portable form of a RoaringBitmap, without taking up more memory than a small multiple of its length.
     *
     * @throws IllegalArgumentException where the bytes are anything else, or something is left of them
     */
    public static Indexes deserialize(ByteBuffer bytes) {
        RoaringBitmap bitmap = new RoaringBitmap();
        try {
            bitmap.deserialize(bytes.slice());
        } catch (Exception e) {
            throw new IllegalArgumentException("not a RoaringBitmap", e);
        }
        // What it says of itself was only copied so far: the order of keys and values, cardinalities, runs.
        if (!bitmap.validate() || bitmap.serializedSizeInBytes() != bytes.remaining()) {
            throw new IllegalArgumentException("a RoaringBitmap that contradicts itself");
        }
        return split(bitmap);
    }

    /** The portable form of a RoaringBitmap. */
    public byte[] serialize() {
        RoaringBitmap whole = whole();
        ByteBuffer bytes = ByteBuffer.allocate(whole.serializedSizeInBytes());
        whole.serialize(bytes);
        return bytes.array();
    }

    public boolean contains(int index) {
        int number = index >>> IndexShard.BITS;
        if (number >= shards.length) {
            return false;
        }
        IndexShard shard = shards[number];
        return shard != null && shard.contains(index);
    }

    /** These and the others. */
    public Indexes with(Indexes others) {
        if (shards.length == 0) {
            return others;
        }
        @Nullable IndexShard[] all = Arrays.copyOf(shards, Math.max(shards.length, others.shards.length));
        for (int number = 0; number < others.shards.length; number++) {
            IndexShard added = others.shards[number];
            IndexShard present = all[number];
            if (added != null) {
                all[number] = present == null ? added : present.with(added);
            }
        }
        return new Indexes(all);
    }

    /** These but the others. */
    public Indexes without(Indexes others) {
        @Nullable IndexShard[] left = shards.clone();
        for (int number = 0; number < Math.min(left.length, others.shards.length); number++) {
            IndexShard removed = others.shards[number];
            IndexShard present = left[number];
            if (removed != null && present != null) {
                left[number] = present.without(removed);
            }
        }
        int length = left.length;
        while (length > 0 && left[length - 1] == null) {
            length--;
        }
        return length == 0 ? NONE : new Indexes(length == left.length ? left : Arrays.copyOf(left, length));
    }

    /** In ascending order. */
    public int[] toArray() {
        return whole().toArray();
    }

    public int size() {
        int size = 0;
        for (IndexShard shard : shards) {
            size += shard == null ? 0 : shard.size();
        }
        return size;
    }

    /** Of what the set holds, whichever way it came about. Only bitmaps that are new are read for it. */
    Digest digest() {
        CanonicalForm form = new CanonicalForm();
        for (int number = 0; number < shards.length; number++) {
            IndexShard shard = shards[number];
            if (shard != null) {
                form.int32(number).digest(shard.digest());
            }
        }
        return form.digest();
    }

    /** One bitmap, to be read only: it shares its containers. */
    private RoaringBitmap whole() {
        RoaringBitmap whole = new RoaringBitmap();
        for (IndexShard shard : shards) {
            if (shard != null) {
                shard.appendTo(whole);
            }
        }
        return whole;
    }

    private static Indexes split(RoaringBitmap whole) {
        if (whole.isEmpty()) {
            return NONE;
        }
        if (whole.last() < 0) {
            throw new IllegalArgumentException("a negative index");
        }
        @Nullable RoaringBitmap[] parts = new RoaringBitmap[(whole.last() >>> IndexShard.BITS) + 1];
        for (ContainerPointer blocks = whole.getContainerPointer(); blocks.getContainer() != null; blocks.advance()) {
            int number = blocks.key() >>> (IndexShard.BITS - Short.SIZE);
            RoaringBitmap part = parts[number];
            if (part == null) {
                part = new RoaringBitmap();
                parts[number] = part;
            }
            part.append(blocks.key(), blocks.getContainer());
        }
        @Nullable IndexShard[] shards = new IndexShard[parts.length];
        for (int number = 0; number < parts.length; number++) {
            RoaringBitmap part = parts[number];
            shards[number] = part == null ? null : new IndexShard(part);
        }
        return new Indexes(shards);
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Indexes other && Arrays.equals(shards, other.shards);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(shards);
    }

    @Override
    public String toString() {
        return size() + " indexes";
    }
}
