package dev.signet.verifier.sidecar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.signet.verifier.sidecar.SignaturePool.Lane;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread, held at its first piece of work until the test has put everything in line. */
@Timeout(30)
class SignaturePoolTest {
    /** Of a piece of work without text. */
    private static final int EACH = 2_048;

    private final SignaturePool pool = new SignaturePool(1, 4 * EACH, 6 * EACH);
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());
    private final Semaphore left = new Semaphore(0);
    private int taken;
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void close() {
        go.countDown();
        pool.close();
    }

    @Test
    void lanesTakeTurns() throws InterruptedException {
        hold();
        Lane flood = pool.lane();
        Lane other = pool.lane();
        add(flood, "flood 1", "flood 2", "flood 3");
        add(other, "other 1");
        assertEquals(List.of("flood 1", "other 1", "flood 2", "flood 3"), finish());
    }

    @Test
    void workOfSeveralChecksGetsInLineAgainForEach() throws InterruptedException {
        hold();
        Lane lane = pool.lane();
        lane.add(new Noted("batch", 3, 0));
        add(lane, "call");
        add(pool.lane(), "other");
        assertEquals(List.of("batch", "other", "call", "batch", "batch"), finish());
    }

    @Test
    void aFullLaneTakesNothingMore() throws InterruptedException {
        hold();
        Lane lane = pool.lane();
        add(lane, "1", "2", "3", "4", "5");
        assertEquals(List.of("5"), refused);
        assertEquals(List.of("1", "2", "3", "4"), finish());
    }

    @Test
    void textCounts() throws InterruptedException {
        hold();
        Lane lane = pool.lane();
        lane.add(new Noted("long", 1, 2 * EACH));
        add(lane, "1", "2");
        assertEquals(List.of("2"), refused);
        assertEquals(List.of("long", "1"), finish());
    }

    @Test
    void whereAllIsFullTheLongestLaneLosesWhatItAskedLast() throws InterruptedException {
        // One of the six places is that of the work that holds the thread.
        hold();
        Lane flood = pool.lane();
        add(flood, "flood 1", "flood 2", "flood 3", "flood 4");
        Lane second = pool.lane();
        add(second, "second 1");
        assertEquals(List.of(), refused);
        add(second, "second 2");
        assertEquals(List.of("flood 4"), refused);
        add(flood, "flood 5");
        assertEquals(List.of("flood 4", "flood 5"), refused);
        assertEquals(List.of("flood 1", "second 1", "flood 2", "second 2", "flood 3"), finish());
    }

    @Test
    void aFaultIsToldAndTheThreadGoesOn() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        pool.lane().add(new SignaturePool.Work() {
            @Override
            public long textBytes() {
                return 0;
            }

            @Override
            public boolean checkOne() {
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void refuse(Refusal refusal) {
                assertSame(Refusal.FAULT, refusal);
                told.countDown();
            }
        });
        told.await();
        hold();
        add(pool.lane(), "next");
        assertEquals(List.of("next"), finish());
    }

    private void hold() throws InterruptedException {
        pool.lane().add(new Noted("", 1, 0) {
            @Override
            public boolean checkOne() {
                begun.countDown();
                awaitGo();
                return false;
            }
        });
        begun.await();
    }

    private void awaitGo() {
        try {
            go.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(Lane lane, String... names) {
        for (String name : names) {
            lane.add(new Noted(name, 1, 0));
        }
    }

    /** What was done, once all that was taken in is. */
    private List<String> finish() throws InterruptedException {
        go.countDown();
        left.acquire(taken - refused.size());
        return done;
    }

    private class Noted implements SignaturePool.Work {
        private final String name;
        private final int bytes;
        private int checks;

        Noted(String name, int checks, int bytes) {
            taken += name.isEmpty() ? 0 : 1;
            this.name = name;
            this.checks = checks;
            this.bytes = bytes;
        }

        @Override
        public long textBytes() {
            return bytes;
        }

        @Override
        public boolean checkOne() {
            done.add(name);
            if (--checks > 0) {
                return true;
            }
            left.release();
            return false;
        }

        @Override
        public void refuse(Refusal refusal) {
            assertSame(Refusal.OVERLOADED, refusal);
            refused.add(name);
        }
    }
}
