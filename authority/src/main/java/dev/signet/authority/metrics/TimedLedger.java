package dev.signet.authority.metrics;

import dev.signet.authority.store.KeyToExchange;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.Transaction;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A ledger of which every use is timed, whether it succeeds or not. */
final class TimedLedger implements Ledger {
    private final Ledger ledger;
    private final LongSupplier nanos;
    private final DistributionDataPoint reads;
    private final DistributionDataPoint writes;
    private final DistributionDataPoint firstWrites;
    private final DistributionDataPoint exchanges;

    TimedLedger(Ledger ledger, Histogram seconds, LongSupplier nanos) {
        this.ledger = ledger;
        this.nanos = nanos;
        this.reads = seconds.labelValues("read");
        this.writes = seconds.labelValues("write");
        this.firstWrites = seconds.labelValues("write_first");
        this.exchanges = seconds.labelValues("exchange");
    }

    @Override
    public <T> T read(Function<Transaction, T> work) {
        return timed(reads, () -> ledger.read(work));
    }

    @Override
    public <T> T readSoon(Function<Transaction, T> work) {
        return timed(reads, () -> ledger.readSoon(work));
    }

    @Override
    public Optional<KeyToExchange> keyToExchange(String id) {
        return timed(exchanges, () -> ledger.keyToExchange(id));
    }

    @Override
    public <T> Committed<T> write(Function<Transaction, T> work) {
        return timed(writes, () -> ledger.write(work));
    }

    @Override
    public <T> Committed<T> writeFirst(Function<Transaction, T> work) {
        return timed(firstWrites, () -> ledger.writeFirst(work));
    }

    private <T> T timed(DistributionDataPoint seconds, Supplier<T> use) {
        long began = nanos.getAsLong();
        try {
            return use.get();
        } finally {
            seconds.observe((nanos.getAsLong() - began) / 1e9);
        }
    }

    @Override
    public String id() {
        return ledger.id();
    }

    @Override
    public int reserveIndexes(String part, int count) {
        return timed(writes, () -> ledger.reserveIndexes(part, count));
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
