package dev.signet.authority;

import dev.signet.authority.audit.AuditLog;
import dev.signet.authority.feed.Checkpoints;
import dev.signet.authority.feed.Forgetting;
import dev.signet.authority.feed.LastUse;
import dev.signet.authority.keys.SigningKeys;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.verifier.tls.TlsContext;
import dev.signet.verifier.verify.TokenVerifier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an authority does from time to time: rotate keys, note last uses, forget what need not be kept. */
final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration REQUESTS_KEPT = Duration.ofHours(24);

    private final Ledger ledger;
    private final Replica replica;
    private final SigningKeys signingKeys;
    private final AuditLog audit;
    private final TokenVerifier verifier;
    private final LastUse lastUse;
    private final Forgetting forgetting;
    private final Checkpoints checkpoints;
    private final InstantSource clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread housekeeper = new Thread(task, "housekeeping");
        housekeeper.setDaemon(true);
        return housekeeper;
    });

    Housekeeping(
            Ledger ledger,
            Replica replica,
            SigningKeys signingKeys,
            AuditLog audit,
            TokenVerifier verifier,
            LastUse lastUse,
            Forgetting forgetting,
            Checkpoints checkpoints,
            InstantSource clock) {
        this.signingKeys = signingKeys;
        this.ledger = ledger;
        this.replica = replica;
        this.audit = audit;
        this.verifier = verifier;
        this.lastUse = lastUse;
        this.forgetting = forgetting;
        this.checkpoints = checkpoints;
        this.clock = clock;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // each task says by itself what went wrong
    void start() {
        thread.scheduleWithFixedDelay(ofOne(signingKeys::maintain), 1, 1, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(guarded(this::noteUses), 10, 10, TimeUnit.SECONDS);
        thread.scheduleWithFixedDelay(ofOne(this::forget), 1, 60, TimeUnit.MINUTES);
        thread.scheduleWithFixedDelay(ofOne(forgetting::run), 2, 60, TimeUnit.MINUTES);
        thread.scheduleWithFixedDelay(ofOne(checkpoints::run), 3, 10, TimeUnit.MINUTES);
    }

    /** Reads certificates again when they change. */
    void follow(TlsContext tls) {
        tls.follow(thread);
    }

    /** Takes effect before it returns, so that what verifiers reported last is noted too. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            // Never interrupted: H2 would close its file at that.
            thread.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        noteUses();
        // Another may go on from here.
        replica.close();
    }

    /** What verifiers reported, and what this authority accepted itself. */
    private void noteUses() {
        lastUse.report(verifier.takeUses());
        lastUse.write();
    }

    private void forget() {
        ledger.write(tx -> {
            tx.requests().prune(clock.instant().minus(REQUESTS_KEPT));
            return this;
        });
        audit.prune();
    }

    /** A task of which one authority's round does for all. */
    private Runnable ofOne(Runnable task) {
        return guarded(() -> {
            if (replica.isHousekeeper()) {
                task.run();
            }
        });
    }

    /** A task that fails once must not be the last. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("housekeeping failed", e);
            }
        };
    }
}
