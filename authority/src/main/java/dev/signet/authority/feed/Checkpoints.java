package dev.signet.authority.feed;

import dev.signet.authority.store.Ledger;
import dev.signet.verifier.trust.TrustPart;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps parts with many changes as they are, so that whoever needs one starts from there. The changes stay: a
 * checkpoint only saves time.
 */
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    /** So few are read in no time. */
    private static final int CHANGES = 5_000;

    private final Ledger ledger;
    private final int changes;

    public Checkpoints(Ledger ledger) {
        this(ledger, CHANGES);
    }

    /** @param changes how many a part needs since its last checkpoint to get another */
    Checkpoints(Ledger ledger, int changes) {
        this.ledger = ledger;
        this.changes = changes;
    }

    /** Keeps the parts that are due. */
    public void run() {
        for (String id : ledger.read(tx -> tx.trust().checkpointsDue(changes))) {
            // Read first, as nobody else can write while a transaction does.
            TrustPart part = ledger.read(tx -> LedgerTrust.part(tx, id));
            if (part != null) {
                ledger.write(tx -> {
                    tx.trust().keepCheckpoint(part);
                    return part;
                });
                LOG.info("kept part '{}' as of revision {}", id, part.revision());
            }
        }
    }
}
