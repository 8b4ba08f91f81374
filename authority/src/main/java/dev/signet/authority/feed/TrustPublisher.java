package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.v1.Change;
import dev.signet.v1.Pong;
import dev.signet.v1.Snapshot;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import dev.signet.verifier.verify.Verdict;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
    /** A watcher that lacks more changes than this of a part gets the whole part instead. */
    private static final int LONGEST_RESUME = 10_000;

    private final Ledger ledger;
    private final TrustCodec codec;
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

    /** The last revision that was applied and sent; touched by the one thread only, once it runs. */
    private long applied;

    private boolean closing;

    private record WaitingPing(Watcher watcher, ByteString nonce) {}

    public TrustPublisher(Ledger ledger, TrustCodec codec, InstantSource clock) {
        this.ledger = ledger;
        this.codec = codec;
        this.clock = clock;
        this.state = new TrustState(id -> ledger.read(tx -> LedgerTrust.organization(tx, id)));
        this.applied = ledger.read(tx -> {
            state.replace(LedgerTrust.installation(tx));
            return tx.trust().head();
        });
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
            sendWhatItLacks(watcher);
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
        });
    }

    /** Forgets a watcher, and ends its stream where that is still open. */
    void unsubscribe(Watcher watcher) {
        execute(() -> {
            watchers.remove(watcher);
            watcher.complete();
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
                state.apply(change.part(), change.change(), change.revision(), change.previousRevision());
                applied = change.revision();
                WatchResponse message = encode(change);
                for (Watcher watcher : watchers) {
                    if (watcher.watches(change.part())) {
                        watcher.send(message);
                    }
                }
            }
        } while (changes.size() == BATCH);
        watchers.removeIf(Watcher::hasEnded);
    }

    private void sendWhatItLacks(Watcher watcher) {
        Map<String, Long> wanted = new TreeMap<>();
        ledger.read(tx -> tx.trust().revisions()).forEach((part, revision) -> {
            if (watcher.watches(part)) {
                wanted.put(part, revision);
            }
        });
        boolean resumes = watcher.ledgerId().equals(ledger.id());
        for (String part : wanted.keySet()) {
            Long held = resumes ? watcher.held().get(part) : null;
            if (held == null || !sendChangesAfter(watcher, part, held)) {
                sendWhole(watcher, part);
            }
        }
    }

    private boolean sendChangesAfter(Watcher watcher, String part, long held) {
        List<RecordedChange> changes = ledger.read(tx -> tx.trust().of(part, held, LONGEST_RESUME + 1)).stream()
                .filter(change -> change.revision() <= applied)
                .toList();
        if (changes.size() > LONGEST_RESUME) {
            return false;
        }
        changes.forEach(change -> watcher.send(encode(change)));
        return true;
    }

    private void sendWhole(Watcher watcher, String part) {
        TrustPart whole = part.equals(TrustPart.INSTALLATION) ? state.installation() : state.organization(part);
        Snapshot.Builder snapshot = codec.encode(Objects.requireNonNull(whole, "the ledger knows the part"));
        watcher.send(WatchResponse.newBuilder()
                .setSnapshot(snapshot.setLedgerId(ledger.id()))
                .build());
    }

    private WatchResponse encode(RecordedChange change) {
        return WatchResponse.newBuilder()
                .setChange(Change.newBuilder()
                        .setPart(change.part())
                        .setRevision(change.revision())
                        .setPreviousRevision(change.previousRevision())
                        .setChange(codec.encode(change.change())))
                .build();
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
