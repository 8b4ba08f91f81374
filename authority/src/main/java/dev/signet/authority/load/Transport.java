package dev.signet.authority.load;

import java.util.Set;

/** Sends calls without waiting for their answers, and tells a {@link Recording} of each what became of it. */
interface Transport {
    /** @param intended when the call was to start; its latency counts from then */
    void send(PlannedCall call, long intended, Recording recording);

    /** The threads that answers have come on so far. */
    Set<Thread> threads();
}
