package dev.signet.authority.feed;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a publisher read on when others may have committed something. */
final class Following {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);
    /** How long it takes at most to learn of another authority's change, where its notification is missed. */
    private static final Duration POLL = Duration.ofSeconds(1);

    private final PublisherThread thread;
    private final LongSupplier applied;
    private final Runnable advance;
    /** Whether reading on is due already. */
    private final AtomicBoolean due = new AtomicBoolean();

    private boolean cutOff;

    /** @param advance reads on, on the thread */
    Following(PublisherThread thread, LongSupplier applied, Runnable advance) {
        this.thread = thread;
        this.applied = applied;
        this.advance = advance;
    }

    /** From now on, whatever is heard. */
    void poll() {
        thread.every(POLL, this::readOn);
    }

    /** May be called by any thread. */
    void heard(long revision) {
        if (revision > applied.getAsLong() && due.compareAndSet(false, true)) {
            thread.execute(this::readOn);
        }
    }

    private void readOn() {
        due.set(false);
        try {
            advance.run();
            cutOff = false;
        } catch (RuntimeException e) {
            if (!cutOff) {
                LOG.warn("the ledger cannot be read: what other authorities change is not known here", e);
            }
            cutOff = true;
        }
    }
}
