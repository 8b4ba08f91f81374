package dev.signet.verifier.sidecar;

import dev.signet.verifier.verify.Verdict;
import dev.signet.verifier.verify.Verdict.Reason;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ObjLongConsumer;

/** How many verdicts there were, and why. One that waits for an organization counts again once that is there. */
final class Tally {
    private final LongAdder accepted = new LongAdder();
    private final Map<Reason, LongAdder> rejected = new EnumMap<>(Reason.class);
    private final LongAdder known = new LongAdder();
    private final LongAdder firstSeen = new LongAdder();
    private final LongAdder overloaded = new LongAdder();

    Tally() {
        for (Reason reason : Reason.values()) {
            rejected.put(reason, new LongAdder());
        }
    }

    /** One without a signature check. */
    void known(Verdict verdict) {
        known.increment();
        count(verdict);
    }

    /** One for which a signature may have been checked. */
    void firstSeen(Verdict verdict) {
        firstSeen.increment();
        count(verdict);
    }

    /** A question that nobody had time for. */
    void overloaded() {
        overloaded.increment();
    }

    private void count(Verdict verdict) {
        if (verdict instanceof Verdict.Accepted) {
            accepted.increment();
        } else {
            Objects.requireNonNull(rejected.get(((Verdict.Rejected) verdict).reason()))
                    .increment();
        }
    }

    void verdicts(ObjLongConsumer<String> each) {
        each.accept("ACCEPTED", accepted.sum());
        rejected.forEach((reason, count) -> each.accept(reason.name(), count.sum()));
    }

    void lookups(ObjLongConsumer<String> each) {
        each.accept("known", known.sum());
        each.accept("first_seen", firstSeen.sum());
    }

    long overloads() {
        return overloaded.sum();
    }
}
