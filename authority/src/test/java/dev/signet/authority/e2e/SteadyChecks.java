package dev.signet.authority.e2e;

import dev.signet.authority.tokens.ManyTokens;
import dev.signet.authority.tokens.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Asks each sidecar about one token after the other, by chance, for as long as it is open; keeps what was wrong. */
final class SteadyChecks implements AutoCloseable {
    private static final long PAUSE_NANOS = 1_000_000;

    private final ManyTokens tokens;
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** What was asked so far, and answered as it should be. */
    record Count(long accepted, long refused) {
        Count since(Count earlier) {
            return new Count(accepted - earlier.accepted, refused - earlier.refused);
        }
    }

    SteadyChecks(ManyTokens tokens, List<Verifier> sidecars) {
        this.tokens = tokens;
        for (Verifier sidecar : sidecars) {
            Thread thread = new Thread(() -> run(sidecar, new Random(threads.size())), "checks");
            thread.setDaemon(true);
            threads.add(thread);
        }
        threads.forEach(Thread::start);
    }

    private void run(Verifier sidecar, Random random) {
        while (!ended.get()) {
            boolean good = random.nextInt(10) > 0;
            List<Tokens.WithValue> some = good ? tokens.good() : tokens.ended();
            Tokens.WithValue token = some.get(random.nextInt(some.size()));
            String expected = good ? Verifier.ACCEPTED : "REVOKED";
            try {
                String verdict = sidecar.verdict(token.value());
                if (verdict.equals(expected)) {
                    (good ? accepted : refused).incrementAndGet();
                } else {
                    wrong.add(token.token().id() + " " + verdict + " instead of " + expected);
                }
            } catch (RuntimeException e) {
                wrong.add(token.token().id() + " " + e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    Count count() {
        return new Count(accepted.get(), refused.get());
    }

    /** What was not answered as it should be; the first few. */
    List<String> wrong() {
        return wrong.stream().limit(20).toList();
    }

    @Override
    public void close() {
        ended.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
