package dev.signet.authority.feed;

import dev.signet.authority.ForwardingLedger;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.MemoryLedger;
import dev.signet.authority.store.MemoryStore;
import dev.signet.authority.store.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** An authority of a simulation: a real publisher over the shared store, started and ended again and again. */
final class AuthorityProcess {
    private final FeedSimulation world;
    private final String name;
    private final SimulatedClock clock;
    private final Set<SimulatedStream> streams = new LinkedHashSet<>();
    private boolean storeCutOff;
    private @Nullable SimulatedThread thread;
    private @Nullable TrustPublisher publisher;
    private @Nullable Ledger ledger;

    AuthorityProcess(FeedSimulation world, String name, SimulatedClock clock) {
        this.world = world;
        this.name = name;
        this.clock = clock;
    }

    SimulatedClock clock() {
        return clock;
    }

    boolean isAlive() {
        return publisher != null;
    }

    TrustPublisher publisher() {
        if (publisher == null) {
            throw new IllegalStateException(name + " is down");
        }
        return publisher;
    }

    /** Whether it takes a new stream. */
    boolean accepts(SimulatedStream stream) {
        return isAlive() && streams.add(stream);
    }

    void start() {
        MemoryStore store = world.store();
        Ledger opened = new MemoryLedger(store, new MemoryLedger.Pauses() {
            @Override
            public void read() {
                if (storeCutOff) {
                    throw new IllegalStateException("the store cannot be reached");
                }
                world.pause();
            }

            @Override
            public void committing() {
                if (storeCutOff) {
                    throw new IllegalStateException("the store cannot be reached");
                }
                world.pause();
            }
        });
        ledger = opened;
        SimulatedThread fresh = new SimulatedThread(world.time(), world.checks()::fault);
        thread = fresh;
        publisher = new TrustPublisher(opened, world.codec(), world.feedKey(), clock::wall, fresh);
        world.trace(name, "starts");
    }

    void startUnlessAlive() {
        if (isAlive()) {
            return;
        }
        try {
            start();
        } catch (IllegalStateException e) {
            // Without its store it does not start.
            world.time().in(world.delay() * 10, this::startUnlessAlive);
        }
    }

    /** @param silently whether nobody is told, as when the machine is gone */
    void crash(boolean silently) {
        world.trace(name, silently ? "is gone silently" : "crashes");
        if (thread != null) {
            thread.shutdown();
        }
        publisher = null;
        thread = null;
        List<SimulatedStream> broken = List.copyOf(streams);
        streams.clear();
        broken.forEach(stream -> stream.authorityGone(!silently));
    }

    void cutOffStore(boolean cutOff) {
        world.trace(name, cutOff ? "loses its store" : "has its store again");
        storeCutOff = cutOff;
    }

    boolean canWrite() {
        return isAlive() && !storeCutOff;
    }

    /** Begins a change, as services make it. */
    Written begin(String what, String part, Instant effective) {
        return new Written(what, part, effective);
    }

    /** A change from its transaction to the answer of whoever asked for it. */
    final class Written {
        private final String what;
        private final String part;
        private final Instant effective;
        private final @Nullable Ledger into = ledger;
        private @Nullable CommittedChange change;

        private Written(String what, String part, Instant effective) {
            this.what = what;
            this.part = part;
            this.effective = effective;
        }

        /** @throws IllegalStateException where the store cannot be reached */
        void commit(Consumer<Transaction> work, LongConsumer committed) {
            if (into == null || !canWrite()) {
                return;
            }
            long revision = into.write(tx -> {
                        work.accept(tx);
                        return tx;
                    })
                    .revision();
            world.committed();
            world.trace(name, "commits " + revision + ": " + what);
            committed.accept(revision);
            Instant now = clock.wall();
            change = new CommittedChange(part, revision, now, later(now, effective));
        }

        /** Publishes what was committed, and asks until when it will be certain. */
        void publish(Consumer<Propagation> told) {
            SimulatedThread busy = thread;
            CommittedChange committed = change;
            if (committed == null || busy == null || ledger != into) {
                return;
            }
            if (busy.isBusy()) {
                // A service waits for the publisher's thread, which is in the middle of something.
                world.time().in(world.delay(), () -> publish(told));
                return;
            }
            try {
                publisher().publish(committed.revision());
            } catch (IllegalStateException e) {
                world.trace(name, "cannot publish " + committed.revision());
                return;
            }
            if (thread == busy) {
                Duration atMost = world.random().nextBoolean() ? Duration.ZERO : Duration.ofSeconds(5);
                var unused = publisher().awaitPropagation(committed, atMost).thenAccept(told);
            }
        }
    }

    /** Writes what verifiers need not know. */
    void write(Consumer<Transaction> work) {
        if (ledger != null) {
            ledger.write(tx -> {
                work.accept(tx);
                return tx;
            });
        }
    }

    /** Has the real {@link Forgetting} do what is due; what it announces is published when somebody asks. */
    void forget() {
        if (ledger != null) {
            Ledger noticed = new ForwardingLedger(ledger) {
                @Override
                public <T> Committed<T> write(Function<Transaction, T> work) {
                    Committed<T> committed = super.write(work);
                    world.committed();
                    return committed;
                }
            };
            new Forgetting(noticed, clock::wall).run();
        }
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    /** Its thread stands still for a while. */
    void stall(long nanos) {
        SimulatedThread stalled = thread;
        if (stalled != null && !stalled.isBusy()) {
            world.trace(name, "stands still");
            stalled.pause();
            world.time().in(nanos, stalled::resume);
        }
    }

    void goOn() {
        if (thread != null) {
            thread.resume();
        }
    }

    Set<SimulatedStream> streams() {
        return streams;
    }

    @Override
    public String toString() {
        return name;
    }
}
