package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.v1.Pong;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ledger and tells everyone: this process's own checker first, then every watcher.
 *
 * <p>One thread reads the ledger and writes to the streams, so each stream carries changes in the order of their
 * revisions, and a pong after every change up to the head that it names. The head of a pong is read after the ping
 * arrived: pings wait in a queue, which is emptied <em>before</em> the ledger is read; one read serves all of them.
 */
public final class TrustPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrustPublisher.class);
    private static final int BATCH = 1_000;
    private static final String CLOSING = "the authority is closing";

    private final Ledger ledger;
    private final InstantSource clock;
    private final TrustState state;
    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<WaitingPing> pings = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean pingsScheduled = new AtomicBoolean();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread publisher = new Thread(task, "trust-publisher");
        publisher.setDaemon(true);
        return publisher;
    });

    private final CatchUp catchUp;
    private final Confirmations confirmations;
    private final StalenessBound staleness;

    /** The last revision that was applied and sent; touched by the one thread only, once it runs. */
    private long applied;

    private boolean settling;
    private boolean closing;

    private record WaitingPing(Watcher watcher, ByteString nonce) {}

    public TrustPublisher(Ledger ledger, TrustCodec codec, InstantSource clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.state = new TrustState(id -> ledger.read(tx -> LedgerTrust.organization(tx, id)));
        this.catchUp = new CatchUp(ledger, codec, state);
        this.applied = ledger.read(tx -> {
            state.replace(LedgerTrust.installation(tx));
            return tx.trust().head();
        });
        this.staleness = new StalenessBound(ledger.read(LedgerTrust::largestStaleness), clock.instant());
        this.confirmations = new Confirmations(watchers, clock, this::execute);
    }

    /** What this process itself trusts; never behind a change that was answered. */
    public TrustState state() {
        return state;
    }

    /**
     * Returns once a committed revision is applied here and on its way to every watcher.
     *
     * @throws IllegalStateException where the ledger cannot be read, so that nobody can be told yet
     */
    public void publish(long revision) {
        try {
            thread.submit(() -> {
                        if (applied < revision) {
                            advance();
                        }
                    })
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("committed, but not published yet", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("committed, but interrupted before it was published", e);
        }
    }

    /**
     * Tells how far a committed change has come, once every watcher of its part has confirmed it. It does not wait for
     * longer than {@code atMost}, or than until the change is certain to hold anyway. No thread waits.
     */
    public CompletableFuture<Propagation> awaitPropagation(CommittedChange change, Duration atMost) {
        CompletableFuture<Propagation> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> {
                try {
                    CommittedChange known = change.revision() == 0 ? asOfNow(change) : change;
                    confirmations.await(
                            known, staleness.certainBy(known, installation().policy()), atMost, answer);
                } catch (RuntimeException e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    /** Notes what a watcher has confirmed. */
    void acknowledge(Watcher watcher, long revision) {
        execute(() -> {
            watcher.acknowledge(revision);
            settleSoon();
        });
    }

    /** Whether the roles that a credential has now still let it watch; custom roles never do. */
    boolean mayWatch(Verdict.Accepted accepted) {
        InstallationTrust installation = state.installation();
        return accepted.claims().kind() == Kind.PLATFORM
                || (installation != null
                        && accepted.grants().byResource().values().stream()
                                .flatMap(List::stream)
                                .anyMatch(role -> installation.roles().of(role).contains(TrustGrpc.PERMISSION)));
    }

    /** Brings a new watcher up to date, and keeps it there. */
    void subscribe(Watcher watcher) {
        execute(() -> guarded(watcher, () -> {
            if (closing) {
                watcher.end(unavailable(CLOSING));
                return;
            }
            advance();
            catchUp.send(watcher, applied);
            if (!watcher.hasEnded()) {
                watchers.add(watcher);
            }
        }));
    }

    /** Ends a stream with an error. */
    void end(Watcher watcher, StatusRuntimeException error) {
        execute(() -> {
            watchers.remove(watcher);
            watcher.end(error);
            settleSoon();
        });
    }

    /** Forgets a watcher, and ends its stream where that is still open. */
    void unsubscribe(Watcher watcher) {
        execute(() -> {
            watchers.remove(watcher);
            watcher.complete();
            settleSoon();
        });
    }

    /** How many are watching. */
    int watching() {
        return watchers.size();
    }

    /** Answers with the head, after every change up to it. */
    void ping(Watcher watcher, ByteString nonce) {
        pings.add(new WaitingPing(watcher, nonce));
        if (pingsScheduled.compareAndSet(false, true)) {
            execute(this::answerPings);
        }
    }

    /** Sends on what a watcher was too slow to take at once. */
    void resume(Watcher watcher) {
        execute(watcher::flush);
    }

    /** Ends every stream and opens no more; changes are still applied here until {@link #close}. */
    public void endStreams() {
        execute(() -> {
            closing = true;
            // Those who ask from now on find nobody to wait for.
            confirmations.close();
            watchers.forEach(watcher -> watcher.end(unavailable(CLOSING)));
            watchers.clear();
        });
    }

    @Override
    public void close() {
        if (!thread.isShutdown()) {
            endStreams();
            thread.shutdown();
        }
    }

    /** Hands work to the one thread; once that is gone, so is everyone the work could be for. */
    private void execute(Runnable work) {
        try {
            thread.execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("closed meanwhile", e);
        }
    }

    /** Behind what waits already: the acknowledgements of many watchers are looked at together. */
    private void settleSoon() {
        if (!settling) {
            settling = true;
            execute(() -> {
                settling = false;
                confirmations.settle();
            });
        }
    }

    private void answerPings() {
        pingsScheduled.set(false);
        List<WaitingPing> waiting = new ArrayList<>();
        for (WaitingPing ping = pings.poll(); ping != null; ping = pings.poll()) {
            waiting.add(ping);
        }
        try {
            advance();
        } catch (RuntimeException e) {
            // No pong: the watchers' trust state ages, as it should while the ledger cannot be read.
            LOG.error("the ledger cannot be read, so pings go unanswered", e);
            return;
        }
        Instant now = clock.instant();
        for (WaitingPing ping : waiting) {
            ping.watcher()
                    .send(WatchResponse.newBuilder()
                            .setPong(Pong.newBuilder()
                                    .setNonce(ping.nonce())
                                    .setLedgerId(ledger.id())
                                    .setHead(applied)
                                    .setAuthorityTime(Timestamp.newBuilder()
                                            .setSeconds(now.getEpochSecond())
                                            .setNanos(now.getNano())))
                            .build());
        }
    }

    /** Reads on to the ledger's head; on return {@code applied} is a head that was read after the call. */
    private void advance() {
        List<RecordedChange> changes;
        do {
            changes = ledger.read(tx -> tx.trust().after(applied, BATCH));
            for (RecordedChange change : changes) {
                if (change.change() instanceof TrustChange.PolicyChanged) {
                    staleness.superseded(installation().policy(), clock.instant());
                }
                state.apply(change.part(), change.change(), change.revision(), change.previousRevision());
                applied = change.revision();
                WatchResponse message = catchUp.encode(change);
                for (Watcher watcher : watchers) {
                    if (watcher.watches(change.part())) {
                        watcher.send(message);
                    }
                }
            }
        } while (changes.size() == BATCH);
        if (watchers.removeIf(Watcher::hasEnded)) {
            settleSoon();
        }
    }

    /** What its part holds by now, read after the call. */
    private CommittedChange asOfNow(CommittedChange change) {
        advance();
        return new CommittedChange(
                change.part(), catchUp.part(change.part()).revision(), change.committed(), change.effective());
    }

    private InstallationTrust installation() {
        return Objects.requireNonNull(state.installation(), "read at the start");
    }

    private static void guarded(Watcher watcher, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("a watcher cannot be served", e);
            watcher.end(unavailable("the ledger cannot be read"));
        }
    }

    private static StatusRuntimeException unavailable(String why) {
        return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
    }
}
