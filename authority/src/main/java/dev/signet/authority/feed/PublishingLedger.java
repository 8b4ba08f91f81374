package dev.signet.authority.feed;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.KeyToExchange;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.Transaction;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A ledger whose trust changes are published before the write returns: no caller can forget to. */
public final class PublishingLedger implements Ledger {
    private static final Logger LOG = LoggerFactory.getLogger(PublishingLedger.class);

    private final Ledger ledger;
    private final TrustPublisher publisher;

    public PublishingLedger(Ledger ledger, TrustPublisher publisher) {
        this.ledger = ledger;
        this.publisher = publisher;
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        return ledger.read(work);
    }

    @Override
    public <T> T readSoon(Function<Transaction, T> work) {
        return ledger.readSoon(work);
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        return ledger.keyToExchange(id);
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return published(ledger.write(work));
    }

    @Override
    public <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return published(ledger.writeFirst(work));
    }

    private <T> Committed<T> published(Committed<T> committed) {
        if (committed.revision() > 0) {
            try {
                publisher.publish(committed.revision());
            } catch (RuntimeException e) {
                LOG.warn("revision {} cannot be published yet", committed.revision(), e);
                throw Refusal.notPublished();
            }
        }
        return committed;
    }

    @Override
    public String id() {
        return ledger.id();
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return ledger.reserveIndexes(part, count);
    }

    @Override
    public Replica join(LongConsumer committed) {
        return ledger.join(committed);
    }

    @Override
    public void backUp(OutputStream target) throws IOException {
        ledger.backUp(target);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
