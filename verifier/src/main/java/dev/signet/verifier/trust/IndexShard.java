package dev.signet.verifier.trust;

import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BatchIterator;
import org.roaringbitmap.Container;
import org.roaringbitmap.ContainerPointer;
import org.roaringbitmap.RoaringBitmap;

/** The indexes of a list from one multiple of 2^20 up to the next: never empty, immutable. */
final class IndexShard {
    /** The number of a shard is what is left of its indexes without these bits. */
    static final int BITS = 20;

    private static final int BLOCK_BITS = 16;
    /** From one more on, a bitmap of the block is shorter than its indexes. */
    private static final int MOST_LISTED = 4096;

    private final RoaringBitmap indexes;
    /** The containers of the bitmap by their block, so that none needs to be searched for. */
    private final @Nullable Container[] blocks = new Container[1 << (BITS - BLOCK_BITS)];
    /** Made on first need; two threads that make it at once make the same. */
    private @Nullable Digest digest;

    /**
     * Takes a bitmap over.
     *
     * @param indexes whole indexes, of one shard; nobody else may change it
     */
    IndexShard(RoaringBitmap indexes) {
        indexes.runOptimize();
        indexes.trim();
        this.indexes = indexes;
        for (ContainerPointer each = indexes.getContainerPointer(); each.getContainer() != null; each.advance()) {
            blocks[each.key() & (blocks.length - 1)] = each.getContainer();
        }
    }

    boolean contains(int index) {
        Container block = blocks[index >>> BLOCK_BITS & (blocks.length - 1)];
        return block != null && block.contains((char) index);
    }

    int size() {
        return indexes.getCardinality();
    }

    /** This shard itself where it has them all. */
    IndexShard with(IndexShard others) {
        return indexes.contains(others.indexes) ? this : new IndexShard(RoaringBitmap.or(indexes, others.indexes));
    }

    /** This shard itself where it has none of them, null where nothing is left. */
    @Nullable
    IndexShard without(IndexShard others) {
        if (!RoaringBitmap.intersects(indexes, others.indexes)) {
            return this;
        }
        RoaringBitmap left = RoaringBitmap.andNot(indexes, others.indexes);
        return left.isEmpty() ? null : new IndexShard(left);
    }

    /** Adds the indexes to a bitmap of lower ones, which shares them from then on. */
    void appendTo(RoaringBitmap lower) {
        for (ContainerPointer blocks = indexes.getContainerPointer(); blocks.getContainer() != null; blocks.advance()) {
            lower.append(blocks.key(), blocks.getContainer());
        }
    }

    Digest digest() {
        Digest made = digest;
        if (made == null) {
            made = makeDigest();
            digest = made;
        }
        return made;
    }

    private Digest makeDigest() {
        CanonicalForm form = new CanonicalForm();
        int[] ascending = new int[1 << BLOCK_BITS];
        BatchIterator rest = indexes.getBatchIterator();
        int[] batch = new int[MOST_LISTED];
        int count = 0;
        while (rest.hasNext()) {
            int read = rest.nextBatch(batch);
            for (int i = 0; i < read; i++) {
                if (count > 0 && ascending[0] >>> BLOCK_BITS != batch[i] >>> BLOCK_BITS) {
                    block(form, ascending, count);
                    count = 0;
                }
                ascending[count++] = batch[i];
            }
        }
        block(form, ascending, count);
        return form.digest();
    }

    private static void block(CanonicalForm form, int[] ascending, int count) {
        form.int16(ascending[0] >>> BLOCK_BITS).int16(count - 1);
        if (count <= MOST_LISTED) {
            for (int i = 0; i < count; i++) {
                form.int16(ascending[i]);
            }
        } else {
            byte[] bitmap = new byte[(1 << BLOCK_BITS) / Byte.SIZE];
            for (int i = 0; i < count; i++) {
                bitmap[(ascending[i] & 0xffff) >>> 3] |= (byte) (1 << (ascending[i] & 7));
            }
            form.plain(bitmap);
        }
    }

    /** Whether both have the same indexes, in whatever containers. */
    @Override
    public boolean equals(Object o) {
        return o == this
                || (o instanceof IndexShard other && RoaringBitmap.xorCardinality(indexes, other.indexes) == 0);
    }

    @Override
    public int hashCode() {
        return 31 * size() + indexes.first();
    }
}
