package dev.signet.verifier.grpc;

import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustState;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The calls that go on, checked again in one sweep every quarter of the maximum staleness. A call that ends soon only
 * joins and leaves a set; with no call in it, nothing is scheduled.
 */
final class OpenCalls {
    private static final int SWEEPS_PER_STALENESS = 4;
    private static final Duration SHORTEST = Duration.ofMillis(50);
    /** However large the maximum staleness is: a smaller one, set meanwhile, counts from the next sweep on. */
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final TrustState trust;
    private final ScheduledExecutorService scheduler;
    private final Set<GuardedCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    OpenCalls(TrustState trust, ScheduledExecutorService scheduler) {
        this.trust = trust;
        this.scheduler = scheduler;
    }

    void add(GuardedCall<?, ?> call) {
        calls.add(call);
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            schedule();
        }
    }

    void remove(GuardedCall<?, ?> call) {
        calls.remove(call);
    }

    private void sweep() {
        try {
            calls.forEach(GuardedCall::checkAgain);
        } finally {
            // Whatever happened, calls must not go on unwatched.
            goOn();
        }
    }

    private void goOn() {
        if (calls.isEmpty()) {
            scheduled.set(false);
            // One that was added in between may have seen that a sweep was scheduled.
            if (calls.isEmpty() || !scheduled.compareAndSet(false, true)) {
                return;
            }
        }
        schedule();
    }

    private void schedule() {
        try {
            var unused = scheduler.schedule(this::sweep, interval().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            scheduled.set(false);
            calls.forEach(call -> call.end(Refusals.unwatched()));
        }
    }

    private Duration interval() {
        InstallationTrust installation = trust.installation();
        if (installation == null) {
            return SHORTEST;
        }
        Duration quarter = installation.policy().maximumStaleness().dividedBy(SWEEPS_PER_STALENESS);
        return quarter.compareTo(SHORTEST) < 0 ? SHORTEST : quarter.compareTo(LONGEST) > 0 ? LONGEST : quarter;
    }
}
