package dev.signet.authority.e2e;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks again and again until something is so, for as long as it may take and no longer. */
public final class Await {
    private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

    private Await() {}

    public static void until(String what, Duration patience, BooleanSupplier condition) {
        until(what, patience, condition, () -> "");
    }

    /** @param otherwise what more to say if it never is so */
    public static void until(String what, Duration patience, BooleanSupplier condition, Supplier<String> otherwise) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > patience.toNanos()) {
                fail("not within " + patience.toSeconds() + "s: " + what + " " + otherwise.get());
            }
            pause();
        }
    }

    public static void pause() {
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
