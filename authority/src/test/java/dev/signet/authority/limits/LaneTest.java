package dev.signet.authority.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.authority.errors.Refusal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is let into a lane. */
final class LaneTest {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final long ANY = Long.MAX_VALUE;

    private final FakeNanos nanos = new FakeNanos();
    private final Lane lane = new Lane("lane", 1, 100, LONGEST_WAIT, nanos);

    @AfterEach
    void close() {
        lane.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Has so many wait behind one that does not end; returns what ends it. */
    private CountDownLatch waiting(int count) {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        lane.execute(() -> {
            began.countDown();
            await(end);
        });
        await(began);
        for (int each = 0; each < count; each++) {
            lane.execute(() -> {});
        }
        return end;
    }

    /** One after the other, each of this length. */
    private void work(int count, Duration each) {
        for (int task = 0; task < count; task++) {
            CountDownLatch done = new CountDownLatch(1);
            lane.execute(() -> nanos.advance(each));
            lane.execute(done::countDown);
            await(done);
        }
    }

    private Refusal refused(long nanosLeft) {
        Refusal refusal = assertThrows(Refusal.class, () -> lane.requireRoom(nanosLeft));
        assertEquals(Refusal.Code.RESOURCE_EXHAUSTED, refusal.code());
        assertEquals("OVERLOADED", refusal.reason());
        return refusal;
    }

    @Test
    void thereIsRoomForSoManyAndNoMore() {
        CountDownLatch end = waiting(99);
        lane.requireRoom(ANY);
        lane.execute(() -> {});
        assertEquals(Duration.ofMillis(100), refused(ANY).retryAfter());
        end.countDown();
    }

    @Test
    void whatWouldWaitTooLongIsRefusedWhenItComes() {
        // About half of that is what one takes, as every other task does nothing.
        work(200, Duration.ofMillis(200));
        CountDownLatch end = waiting(10);
        lane.requireRoom(ANY);
        refused(Duration.ofMillis(200).toNanos());
        refused(-1);
        for (int each = 0; each < 30; each++) {
            lane.execute(() -> {});
        }
        Duration wait = refused(ANY).retryAfter();
        assertEquals(1, wait.compareTo(LONGEST_WAIT));
        end.countDown();
    }

    @Test
    void whatWaitedTooLongIsRefusedWhenItsTurnHasCome() {
        long came = nanos.getAsLong();
        nanos.advance(LONGEST_WAIT);
        lane.requireInTime(came);
        nanos.advance(Duration.ofNanos(1));
        Refusal refusal = assertThrows(Refusal.class, () -> lane.requireInTime(came));
        assertEquals("OVERLOADED", refusal.reason());
    }

    @Test
    void onceItIsQuickAgainThereIsRoomAgain() {
        work(200, Duration.ofSeconds(1));
        CountDownLatch end = waiting(20);
        refused(ANY);
        end.countDown();
        work(200, Duration.ZERO);
        end = waiting(20);
        lane.requireRoom(ANY);
        end.countDown();
    }

    @Test
    void nobodyHasMoreThanItsShare() {
        Shares shares = new Shares(2);
        shares.take("a");
        shares.take("a");
        Refusal refusal = assertThrows(Refusal.class, () -> shares.take("a"));
        assertEquals("OVERLOADED", refusal.reason());
        shares.take("b");
        shares.giveBack("a");
        shares.take("a");
        assertEquals(2, shares.size());
        shares.giveBack("a");
        shares.giveBack("a");
        shares.giveBack("b");
        // Nothing is kept of whoever has none.
        assertEquals(0, shares.size());
    }
}
