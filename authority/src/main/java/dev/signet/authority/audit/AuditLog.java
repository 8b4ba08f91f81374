package dev.signet.authority.audit;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.AuditEvent;
import dev.signet.authority.store.AuditRecords.Chain;
import dev.signet.authority.store.ChainedEvent;
import dev.signet.authority.store.DirectoryEntry;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Transaction;
import dev.signet.verifier.token.ResourcePath;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the audit logs, and writes down what was refused; what was done is written by whoever does it. */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final String PERMISSION = "organization.auditLogs.export";
    private static final int BATCH = 500;
    private static final Instant BEGINNING = Instant.EPOCH;
    private static final Instant END = Instant.parse("9999-12-31T00:00:00Z");
    private static final int LONGEST_RESOURCE = 320;

    private final Ledger ledger;
    private final Access access;
    private final InstantSource clock;

    public AuditLog(Ledger ledger, Access access, InstantSource clock) {
        this.ledger = ledger;
        this.access = access;
        this.clock = clock;
    }

    /**
     * What a check of a whole log found.
     *
     * @param events how many were looked at
     * @param brokenSequence the first place where something is wrong, 0 for none
     * @param problem what is wrong there, empty for nothing
     * @param headHash the hash of the last event
     */
    public record Finding(long events, long brokenSequence, String problem, String headHash) {
        public boolean isIntact() {
            return brokenSequence == 0;
        }
    }

    /** Notes that a caller was refused something, in the log of its own organization. */
    public void denied(Call call, String action, String resource, String reason) {
        String organization = call.claims().organization();
        if (organization == null) {
            return;
        }
        String shown = resource.length() > LONGEST_RESOURCE ? resource.substring(0, LONGEST_RESOURCE) : resource;
        AuditEvent event = new AuditEvent(
                organization,
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                call.claims().principalName(),
                action,
                shown,
                reason,
                call.address());
        ledger.write(tx -> {
            tx.record(event);
            return event;
        });
    }

    /** Begins to read the events of a time span for a caller. */
    public Export export(Call call, ResourcePath organization, Instant from, Instant to) {
        return new Export(call, organization, from, to);
    }

    /** The events of a time span, oldest first, in batches that are each one read. Used by one thread at a time. */
    public final class Export {
        private final Call call;
        private final ResourcePath organization;
        private final Instant from;
        private final Instant to;
        private long after;
        private boolean done;

        private Export(Call call, ResourcePath organization, Instant from, Instant to) {
            this.call = call;
            this.organization = organization;
            this.from = from;
            this.to = to;
        }

        /** Whether there are no more. */
        public boolean isDone() {
            return done;
        }

        /**
         * Those that come next. The caller is read anew each time, as an export may take long and a credential that ended
         * is to get no more by it.
         */
        public List<ChainedEvent> next() {
            List<ChainedEvent> batch = ledger.read(tx -> {
                requireToRead(tx, call, organization);
                return tx.audit().list(organization.organization(), after, from, to, BATCH);
            });
            done = batch.size() < BATCH;
            after = batch.isEmpty() ? after : batch.get(batch.size() - 1).sequence();
            return batch;
        }
    }

    /** Recomputes the chain of an organization from its anchor to its head. */
    public Finding verify(Call call, ResourcePath organization) {
        return ledger.read(tx -> {
            requireToRead(tx, call, organization);
            Chain chain = tx.audit().chain(organization.organization());
            long sequence = chain.anchorSequence();
            String hash = chain.anchorHash();
            List<ChainedEvent> batch;
            do {
                batch = tx.audit().list(organization.organization(), sequence, BEGINNING, END, BATCH);
                for (ChainedEvent event : batch) {
                    if (event.sequence() != sequence + 1) {
                        return broken(chain, sequence, sequence + 1, "the event is missing");
                    }
                    if (!event.follows(hash)) {
                        return broken(chain, sequence, event.sequence(), "the event is not what was written");
                    }
                    sequence = event.sequence();
                    hash = event.hash();
                }
            } while (batch.size() == BATCH);
            if (sequence != chain.lastSequence()) {
                return broken(chain, sequence, sequence + 1, "the event is missing");
            }
            return hash.equals(chain.lastHash())
                    ? new Finding(sequence - chain.anchorSequence(), 0, "", hash)
                    : broken(chain, sequence, sequence, "the event is not the last that was written");
        });
    }

    /** Forgets what each organization no longer wants to keep. */
    public void prune() {
        String after = "";
        List<DirectoryEntry> organizations;
        do {
            String last = after;
            organizations = ledger.read(tx -> tx.directory().organizations(last, BATCH));
            for (DirectoryEntry organization : organizations) {
                after = organization.path().organization();
                prune(after, Duration.ofDays(organization.requirePolicy().auditRetentionDays()));
            }
        } while (organizations.size() == BATCH);
    }

    private void prune(String organization, Duration retention) {
        try {
            ledger.write(tx -> {
                tx.audit().prune(organization, clock.instant().minus(retention));
                return organization;
            });
        } catch (RuntimeException e) {
            // A log that was tampered with must not keep the others from being pruned.
            LOG.error("the audit log of {} cannot be pruned", organization, e);
        }
    }

    private void requireToRead(Transaction tx, Call call, ResourcePath organization) {
        access.identify(tx, call).require(PERMISSION, organization);
        if (tx.directory().find(organization).isEmpty()) {
            throw Refusal.notFound(organization.name());
        }
    }

    private static Finding broken(Chain chain, long sequence, long at, String problem) {
        return new Finding(sequence - chain.anchorSequence(), at, problem, chain.lastHash());
    }
}
