package dev.signet.authority.feed;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** How long verifiers take to confirm what was published last. Used by the publisher's thread only. */
final class PropagationTimes {
    private static final int REMEMBERED = 1_000;

    private final InstantSource clock;
    private final LongConsumer nanos;
    private final TreeMap<Long, Instant> published = new TreeMap<>();

    /** @param nanos takes each time */
    PropagationTimes(InstantSource clock, LongConsumer nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /** A revision is on its way to every watcher. */
    void published(long revision) {
        published.putIfAbsent(revision, clock.instant());
        if (published.size() > REMEMBERED) {
            published.pollFirstEntry();
        }
    }

    /** A watcher confirmed what came after one revision, up to another; the last of it that is remembered counts. */
    void acknowledged(long after, long revision) {
        Map.Entry<Long, Instant> last = published.floorEntry(revision);
        if (last != null && last.getKey() > after) {
            nanos.accept(Duration.between(last.getValue(), clock.instant()).toNanos());
        }
    }
}
