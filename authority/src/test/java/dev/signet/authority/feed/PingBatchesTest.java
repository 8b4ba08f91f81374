package dev.signet.authority.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import dev.signet.v1.Subscribe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How many reads pings cost, and how long one waits for its. */
final class PingBatchesTest {
    private static final int VERIFIERS = 10_000;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final VirtualTime time = new VirtualTime();
    private final SimulatedThread thread = new SimulatedThread(time, fault -> {
        throw new AssertionError(fault);
    });
    private final Watcher watcher = new Watcher(new FakeStream(), Subscribe.getDefaultInstance(), "");
    private final List<List<PingBatches.Waiting>> batches = new ArrayList<>();
    private long answered;
    private long longest;

    private PingBatches batches(Duration pause) {
        return new PingBatches(new PublisherThread(thread), this::answer, () -> pause);
    }

    private void answer(List<PingBatches.Waiting> batch) {
        batches.add(batch);
        for (PingBatches.Waiting ping : batch) {
            answered++;
            longest = Math.max(longest, time.now() - sent(ping.nonce()));
        }
    }

    /** A nonce that tells when it was sent. */
    private ByteString nonce() {
        return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(time.now()).flip());
    }

    private static long sent(ByteString nonce) {
        return nonce.asReadOnlyByteBuffer().getLong();
    }

    @Test
    void tenThousandVerifiersCostFiveReadsASecond() {
        PingBatches pings = batches(Duration.ofMillis(200));
        Random random = new Random(1);
        for (int verifier = 0; verifier < VERIFIERS; verifier++) {
            long first = random.nextLong(6 * SECOND);
            for (int i = 0; i < 10; i++) {
                time.in(first + 6 * SECOND * i, () -> pings.add(watcher, nonce()));
            }
        }
        time.pass(61 * SECOND);
        assertEquals(10L * VERIFIERS, answered);
        assertTrue(batches.size() <= 5 * 61, () -> batches.size() + " reads in a minute");
        assertTrue(longest <= SECOND / 5, () -> "a ping waited for " + longest + " ns");
    }

    @Test
    void oneThatComesAloneIsAnsweredAtOnce() {
        PingBatches pings = batches(Duration.ofMillis(200));
        for (int i = 0; i < 10; i++) {
            pings.add(watcher, nonce());
            assertEquals(i + 1, answered);
            time.pass(SECOND / 5);
        }
        assertEquals(0, longest);
    }

    @Test
    void oneThatComesWhileOthersAreAnsweredWaitsForTheNextRead() {
        for (Duration pause : List.of(Duration.ZERO, Duration.ofMillis(200))) {
            batches.clear();
            PingBatches[] pings = new PingBatches[1];
            pings[0] = new PingBatches(
                    new PublisherThread(thread),
                    batch -> {
                        batches.add(batch);
                        if (batches.size() == 1) {
                            pings[0].add(watcher, nonce());
                        }
                    },
                    () -> pause);
            pings[0].add(watcher, nonce());
            time.pass(SECOND);
            assertEquals(List.of(1, 1), batches.stream().map(List::size).toList());
        }
    }
}
