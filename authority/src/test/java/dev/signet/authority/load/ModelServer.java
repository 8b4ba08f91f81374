package dev.signet.authority.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server that takes one call at a time, each for so long, and stands still when told. */
class ModelServer implements Transport {
    private final VirtualTiming timing;
    private final long service;
    private long freeAt;
    private long standsFrom = Long.MAX_VALUE;
    private long standsUntil;
    final List<Long> arrivals = new ArrayList<>();
    final List<Long> intended = new ArrayList<>();
    /** What it says to every call. */
    int verdict = PlannedCall.ACCEPTED;

    /** @param service how long each call takes, in nanoseconds */
    ModelServer(VirtualTiming timing, long service) {
        this.timing = timing;
        this.service = service;
    }

    ModelServer standingStill(long from, long until) {
        standsFrom = from;
        standsUntil = until;
        return this;
    }

    @Override
    public void send(PlannedCall call, long planned, Recording recording) {
        arrivals.add(timing.nanos());
        intended.add(planned);
        long start = Math.max(timing.nanos(), freeAt);
        if (start >= standsFrom && start < standsUntil) {
            start = standsUntil;
        }
        freeAt = start + service;
        timing.at(freeAt, () -> recording.answered(call, planned, verdict));
    }

    @Override
    public Set<Thread> threads() {
        return Set.of();
    }
}
