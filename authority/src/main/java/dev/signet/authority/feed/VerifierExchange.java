package dev.signet.authority.feed;

import dev.signet.authority.store.Replica;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has an authority tell the others every second who watches here, and learn who watches there; and look every quarter of
 * the maximum staleness whether those who watch here still may.
 */
public final class VerifierExchange implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(VerifierExchange.class);

    private final TrustGrpc trust;
    private final Replica replica;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread exchange = new Thread(task, "verifier-exchange");
        exchange.setDaemon(true);
        return exchange;
    });
    private boolean failing;

    public VerifierExchange(TrustGrpc trust, Replica replica) {
        this.trust = trust;
        this.replica = replica;
    }

    /** Tells and asks nobody where there are no others. */
    public void start() {
        checkLater();
        if (replica.isShared()) {
            var unused = thread.scheduleWithFixedDelay(this::exchange, 1, 1, TimeUnit.SECONDS);
        }
    }

    private void checkLater() {
        try {
            var unused = thread.schedule(this::check, trust.untilNextCheck().toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
        }
    }

    private void check() {
        try {
            trust.checkAgain();
        } catch (RuntimeException e) {
            LOG.error("those who watch cannot be checked again", e);
        } finally {
            checkLater();
        }
    }

    private void exchange() {
        try {
            trust.exchange(replica);
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                LOG.warn("the other authorities are not told who watches here, nor asked", e);
            }
            failing = true;
        }
    }

    @Override
    public void close() {
        thread.shutdown();
    }
}
