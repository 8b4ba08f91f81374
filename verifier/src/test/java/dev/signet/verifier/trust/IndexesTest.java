package dev.signet.verifier.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.roaringbitmap.RoaringBitmap;

class IndexesTest {

    static Stream<Indexes> sets() {
        return Stream.of(
                Indexes.NONE,
                Indexes.of(0),
                Indexes.of(Integer.MAX_VALUE),
                Indexes.of(1, 65_535, 65_536, 1 << 20, Integer.MAX_VALUE),
                Indexes.of(IntStream.range(0, 100_000).toArray()),
                Indexes.of(new Random(1).ints(50_000, 0, Integer.MAX_VALUE).toArray()),
                Indexes.of(List.of(5, 3, 5)));
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatWasSerializedReadsBackEqual(Indexes indexes) {
        Indexes back = Indexes.deserialize(ByteBuffer.wrap(indexes.serialize()));
        assertEquals(indexes, back);
        assertEquals(indexes.hashCode(), back.hashCode());
        assertArrayEquals(indexes.toArray(), back.toArray());
        assertEquals(indexes.size(), back.size());
    }

    @Test
    void aReadOnlyBufferWillDo() {
        Indexes indexes = Indexes.of(3, 9);
        assertEquals(
                indexes,
                Indexes.deserialize(ByteBuffer.wrap(indexes.serialize()).asReadOnlyBuffer()));
    }

    @Test
    void containsWhatWasAddedAndNothingElse() {
        Indexes indexes = Indexes.of(3, 9);
        assertTrue(indexes.contains(3));
        assertTrue(indexes.contains(9));
        assertFalse(indexes.contains(0));
        assertFalse(indexes.contains(4));
        assertFalse(indexes.contains(Integer.MAX_VALUE));
    }

    @Test
    void addingGivesAnotherSetAndLeavesBothAsTheyWere() {
        Indexes one = Indexes.of(1, 2);
        Indexes other = Indexes.of(2, 3);
        assertArrayEquals(new int[] {1, 2, 3}, one.with(other).toArray());
        assertArrayEquals(new int[] {1, 2}, one.toArray());
        assertArrayEquals(new int[] {2, 3}, other.toArray());
        assertEquals(0, Indexes.NONE.size());
    }

    @Test
    void equalSetsAreEqualHoweverTheyWereMade() {
        Indexes run = Indexes.of(IntStream.range(0, 5_000).toArray());
        Indexes grown = Indexes.NONE;
        for (int from = 0; from < 5_000; from += 500) {
            grown = grown.with(Indexes.of(IntStream.range(from, from + 500).toArray()));
        }
        assertEquals(run, grown);
        assertNotEquals(run, Indexes.of(1));
    }

    @Test
    void takingAwayGivesAnotherSetAndLeavesBothAsTheyWere() {
        Indexes one = Indexes.of(1, 2, 1 << 20, 5 << 20);
        Indexes other = Indexes.of(2, 3, 5 << 20);
        assertArrayEquals(new int[] {1, 1 << 20}, one.without(other).toArray());
        assertArrayEquals(new int[] {1, 2, 1 << 20, 5 << 20}, one.toArray());
        assertArrayEquals(new int[] {2, 3, 5 << 20}, other.toArray());
        assertEquals(Indexes.NONE, one.without(one));
        assertEquals(one, one.without(Indexes.NONE));
        assertEquals(Indexes.NONE, Indexes.NONE.without(one));
    }

    @Test
    void aSetIsWhatARandomHistoryOfAddingAndTakingAwayLeaves() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            Set<Integer> expected = new TreeSet<>();
            Indexes indexes = Indexes.NONE;
            for (int step = 0; step < 40; step++) {
                int[] some = some(random);
                List<Integer> list = IntStream.of(some).boxed().toList();
                if (random.nextInt(3) > 0) {
                    indexes = indexes.with(Indexes.of(some));
                    expected.addAll(list);
                } else {
                    indexes = indexes.without(Indexes.of(some));
                    list.forEach(expected::remove);
                }
            }
            int[] left = expected.stream().mapToInt(index -> index).toArray();
            assertArrayEquals(left, indexes.toArray(), "seed " + seed);
            assertEquals(left.length, indexes.size(), "seed " + seed);
            assertEquals(Indexes.of(left), indexes, "seed " + seed);
            assertEquals(Indexes.of(left).hashCode(), indexes.hashCode(), "seed " + seed);
            assertEquals(Indexes.of(left).digest(), indexes.digest(), "seed " + seed);
            for (int index : some(random)) {
                assertEquals(expected.contains(index), indexes.contains(index), "seed " + seed);
            }
        }
    }

    /** A few indexes around the bounds of blocks and shards, alone or as a run. */
    private static int[] some(Random random) {
        int start = (random.nextInt(4) << 20) + (random.nextInt(3) << 16) + random.nextInt(3);
        int length = random.nextInt(8) == 0 ? 10_000 : random.nextInt(10);
        int stride = 1 + random.nextInt(3);
        return IntStream.range(0, length).map(i -> start + i * stride).toArray();
    }

    @Test
    void anIndexIsNeverNegative() {
        assertThrows(IllegalArgumentException.class, () -> Indexes.of(-1));
        assertThrows(IllegalArgumentException.class, () -> Indexes.of(List.of(3, Integer.MIN_VALUE)));
        byte[] negative = new byte[RoaringBitmap.bitmapOf(-1).serializedSizeInBytes()];
        RoaringBitmap.bitmapOf(-1).serialize(ByteBuffer.wrap(negative));
        assertThrows(IllegalArgumentException.class, () -> Indexes.deserialize(ByteBuffer.wrap(negative)));
        assertFalse(Indexes.of(Integer.MAX_VALUE).contains(-1));
    }

    @Test
    void equalSetsAreEqualWhateverContainersTheyCameIn() {
        RoaringBitmap listed = RoaringBitmap.bitmapOf(1, 2, 3, 70_000);
        RoaringBitmap runs = listed.clone();
        runs.add(100L, 101L);
        runs.runOptimize();
        runs.remove(100);
        for (RoaringBitmap bitmap : List.of(listed, runs)) {
            ByteBuffer bytes = ByteBuffer.allocate(bitmap.serializedSizeInBytes());
            bitmap.serialize(bytes);
            Indexes read = Indexes.deserialize(bytes.flip());
            assertEquals(Indexes.of(1, 2, 3, 70_000), read);
            assertEquals(Indexes.of(1, 2, 3, 70_000).hashCode(), read.hashCode());
            assertEquals(Indexes.of(1, 2, 3, 70_000).digest(), read.digest());
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatIsSlightlyDamagedIsRefusedOrAnotherWholeSet(Indexes indexes) {
        byte[] good = indexes.serialize();
        Random random = new Random(good.length);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = good.clone();
            damaged[random.nextInt(Math.min(good.length, round % 2 == 0 ? 40 : good.length))] ^=
                    (byte) (1 << random.nextInt(8));
            Indexes read;
            try {
                read = Indexes.deserialize(ByteBuffer.wrap(damaged));
            } catch (IllegalArgumentException refused) {
                continue;
            }
            assertEquals(read.size(), read.toArray().length);
            assertEquals(read, Indexes.of(read.toArray()));
        }
    }

    @Test
    void nothingMayFollow() {
        byte[] good = Indexes.of(1, 2).serialize();
        assertThrows(
                IllegalArgumentException.class,
                () -> Indexes.deserialize(ByteBuffer.wrap(Arrays.copyOf(good, good.length + 1))));
    }

    @Test
    void anythingElseIsRefused() {
        byte[] good =
                Indexes.of(IntStream.range(0, 5_000).map(i -> i * 3).toArray()).serialize();
        assertThrows(IllegalArgumentException.class, () -> Indexes.deserialize(ByteBuffer.allocate(0)));
        assertThrows(IllegalArgumentException.class, () -> Indexes.deserialize(ByteBuffer.allocate(64)));
        assertThrows(
                IllegalArgumentException.class,
                () -> Indexes.deserialize(
                        ByteBuffer.wrap(good, 0, good.length / 2).slice()));
    }
}
