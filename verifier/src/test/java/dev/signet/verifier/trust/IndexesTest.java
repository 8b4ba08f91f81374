package dev.signet.verifier.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

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
