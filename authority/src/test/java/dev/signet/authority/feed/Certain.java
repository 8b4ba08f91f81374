package dev.signet.authority.feed;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The true times from which a change is certain, as an authority told them, by audience. */
record Certain(long others, Map<String, Long> audiences) {

    /** What it told just now; how long that is tells its own clock. */
    static Certain of(Propagation told, long now, SimulatedClock clock) {
        long others = then(told.certainIn(), now, clock);
        Map<String, Long> audiences = new HashMap<>();
        for (Propagation.AudienceCertainty audience : told.audiences()) {
            long then = then(audience.certainIn(), now, clock);
            if (audience.audience().isEmpty()) {
                others = then;
            } else {
                audiences.put(audience.audience(), then);
            }
        }
        return new Certain(others, audiences);
    }

    private static long then(Duration certainIn, long now, SimulatedClock clock) {
        return now + clock.trueNanos(certainIn.toNanos());
    }

    long to(String audience) {
        return audiences.getOrDefault(audience, others);
    }

    long to(Credential.Value value) {
        return to(value.credential.audience);
    }
}
