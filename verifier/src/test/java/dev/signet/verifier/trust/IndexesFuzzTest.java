package dev.signet.verifier.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A list of revocations, as bytes of anybody. */
class IndexesFuzzTest {
    static Stream<byte[]> lists() {
        return Stream.of(
                        Indexes.NONE,
                        Indexes.of(0, 7, 70_000, 1 << 20, Integer.MAX_VALUE),
                        Indexes.of(IntStream.range(0, 5_000).map(i -> 2 * i).toArray()),
                        Indexes.of(IntStream.range(0, 300).toArray()))
                .map(Indexes::serialize);
    }

    @MethodSource("lists")
    @FuzzTest(maxDuration = "5m")
    void revocations(byte[] bytes) {
        Indexes read;
        try {
            read = Indexes.deserialize(ByteBuffer.wrap(bytes));
        } catch (IllegalArgumentException e) {
            return;
        }
        int[] indexes = read.toArray();
        assertEquals(indexes.length, read.size());
        for (int at = 0; at < indexes.length; at++) {
            assertTrue(indexes[at] >= 0 && (at == 0 || indexes[at] > indexes[at - 1]), "not in order");
            assertTrue(read.contains(indexes[at]), "not contained");
        }
        Indexes same = Indexes.of(indexes);
        assertEquals(same, read);
        assertEquals(same.digest(), read.digest());
        assertEquals(read, Indexes.deserialize(ByteBuffer.wrap(read.serialize())));
    }
}
