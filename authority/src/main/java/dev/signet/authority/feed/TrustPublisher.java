package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.RecordedChange;
import dev.signet.authority.store.Replica;
import dev.signet.authority.store.WatchingVerifier;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the ledger and tells everyone: this process's own checker first, then every watcher.
 *
 * <p>One thread reads the ledger and writes to the streams, so each stream carries changes in the order of their
 * revisions, and a pong after every change up to the head that it names. The head of a pong is read after the ping
 * arrived: pings wait in batches, which are taken <em>before</em> the ledger is read; one read serves all of one. Where
 * others share the ledger, the next batch is a moment later, so that thousands of verifiers cost some reads a second.
 *
 * <p>Parts that are not in memory yet are read by whoever asks for them, before this thread sends them: no pong waits for
 * that.
 */
public final class TrustPublisher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrustPublisher.class);
    /** How many watchers may wait to be brought up to date; more are asked to come back, which spreads them. */
    private static final int MOST_ARRIVING = 1_000;

    /** So five reads a second answer all pings. */
    private static final Duration LONGEST_BETWEEN_PINGS = Duration.ofMillis(200);

    private static final String CLOSING = "the authority is closing";

    private final InstantSource clock;
    private final PublisherThread thread;
    private final AppliedTrust trust;
    private final Statements statements;
    private final CatchUp catchUp;
    private final Watchers watchers = new Watchers();
    private final WatchersElsewhere elsewhere = new WatchersElsewhere();
    private final Confirmations confirmations;
    private final PropagationTimes times;
    private final Pongs pongs;
    private final AtomicInteger arriving = new AtomicInteger();
    private final PingBatches pings;
    private final Following following;
    private volatile Replica replica = Replica.ALONE;

    private boolean closing;

    /**
     * Reads where the ledger stands.
     *
     * @param thread a single one, shut down by {@link #close}
     */
    public TrustPublisher(
            Ledger ledger, TrustCodec codec, FeedSigner signer, InstantSource clock, ScheduledExecutorService thread) {
        this(ledger, codec, signer, clock, thread, nanos -> {});
    }

    /**
     * The same, measured.
     *
     * @param propagationNanos takes how long a watcher took to confirm what was published
     */
    public TrustPublisher(
            Ledger ledger,
            TrustCodec codec,
            FeedSigner signer,
            InstantSource clock,
            ScheduledExecutorService thread,
            LongConsumer propagationNanos) {
        this.clock = clock;
        this.times = new PropagationTimes(clock, propagationNanos);
        this.thread = new PublisherThread(thread);
        this.trust = new AppliedTrust(ledger, clock);
        this.statements = new Statements(signer, codec, ledger.id());
        this.catchUp = new CatchUp(ledger, statements, trust.state());
        this.following = new Following(this.thread, this::head, this::advance);
        this.pings = new PingBatches(this.thread, this::answerPings, this::betweenPings);
        this.pongs = new Pongs(statements, this::upToApplied);
        this.confirmations = new Confirmations(watchers, elsewhere, clock, this.thread);
    }

    /** A thread for one publisher. */
    public static ScheduledExecutorService newThread() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread publisher = new Thread(task, "trust-publisher");
            publisher.setDaemon(true);
            return publisher;
        });
    }

    /** What this process itself trusts; never behind a change that was answered. */
    public TrustState state() {
        return trust.state();
    }

    /**
     * Returns once a committed revision is applied here and on its way to every watcher.
     *
     * @throws IllegalStateException where the ledger cannot be read, so that nobody can be told yet
     */
    public void publish(long revision) {
        thread.await(() -> {
            if (trust.head() < revision) {
                advance();
                // Long.MAX_VALUE stands for whatever there is.
                trust.requireReached(revision == Long.MAX_VALUE ? 0 : revision);
            }
        });
    }

    /**
     * Reads on from time to time where others write to the ledger as well, so that what {@link #heard} is not told costs
     * no more than that. To be called before anybody subscribes.
     */
    public void follow(Replica replica) {
        this.replica = replica;
        if (replica.isShared()) {
            following.poll();
        }
    }

    /** Reads on soon: somebody committed up to this revision. May be called by any thread. */
    public void heard(long revision) {
        following.heard(revision);
    }

    /**
     * Tells how far a committed change has come, once every watcher of its part has confirmed it. It does not wait for
     * longer than {@code atMost}, or than until the change is certain to hold anyway. No thread waits.
     */
    public CompletableFuture<Propagation> awaitPropagation(CommittedChange change, Duration atMost) {
        CompletableFuture<Propagation> answer = new CompletableFuture<>();
        boolean asked = thread.execute(() -> {
            try {
                CommittedChange known = change.revision() == 0 ? asOfNow(change) : change;
                confirmations.await(known, trust.certainBy(known), atMost, answer);
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        if (!asked) {
            answer.completeExceptionally(new IllegalStateException("the publisher is closed"));
        }
        return answer;
    }

    /** Takes note of who watches at other authorities, and what they have confirmed. */
    void watchElsewhere(List<WatchingVerifier> verifiers) {
        if (elsewhere.replace(verifiers)) {
            thread.execute(confirmations::settle);
        }
    }

    /** Who watches at other authorities. */
    List<WatchingVerifier> watchingElsewhere() {
        return elsewhere.list();
    }

    /** Notes what a watcher has confirmed. */
    void acknowledge(Watcher watcher, long revision) {
        thread.execute(() -> {
            times.acknowledged(watcher.acknowledged(), revision);
            watcher.acknowledge(revision);
            confirmations.settleSoon();
            watcher.heard();
        });
    }

    /** Something that a watcher said was dealt with elsewhere. */
    void heard(Watcher watcher) {
        thread.execute(watcher::heard);
    }

    /**
     * Brings a new watcher up to date, and keeps it there.
     *
     * @throws Refusal where too many are coming at once
     */
    void subscribe(Watcher watcher) {
        if (arriving.incrementAndGet() > MOST_ARRIVING) {
            arriving.decrementAndGet();
            throw Refusal.resourceExhausted("BUSY", "too many verifiers come at once: come back in some seconds");
        }
        thread.execute(() -> {
            arriving.decrementAndGet();
            guarded(watcher, () -> welcome(watcher));
            watcher.heard();
        });
    }

    private void welcome(Watcher watcher) {
        if (closing) {
            watcher.end(unavailable(CLOSING));
            return;
        }
        if (watcher.isGone()) {
            // Where thousands come at once, those who gave up meanwhile must not hold up the others.
            return;
        }
        advance();
        watcher.send(statements.welcome(), 0);
        watchedBy(watcher).stream().filter(trust::exists).forEach(part -> catchUp.send(watcher, part, trust.head()));
        watchers.add(watcher);
        tidy(watcher);
        watcher.takeKept().forEach(nonce -> ping(watcher, nonce));
    }

    /** Sends a part as a whole, and its changes from then on. */
    void load(Watcher watcher, String part) {
        watcher.loading();
        thread.execute(() -> {
            guarded(watcher, () -> sendWhole(watcher, part));
            watcher.loaded();
            watcher.takeKept().forEach(nonce -> ping(watcher, nonce));
        });
    }

    /** Has what a watcher is to get in memory before the one thread needs it; the caller waits for that instead. */
    void prepare(Watcher watcher) {
        prepare(watchedBy(watcher));
    }

    /** The same for single parts. */
    void prepare(Collection<String> parts) {
        try {
            parts.stream().filter(trust::exists).forEach(catchUp::part);
        } catch (RuntimeException e) {
            LOG.debug("the ledger cannot be read, as the one thread will find too", e);
        }
    }

    private void sendWhole(Watcher watcher, String part) {
        if (!watchers.contains(watcher)) {
            return;
        }
        advance();
        TrustPart whole = trust.exists(part) ? catchUp.part(part) : null;
        if (whole == null) {
            watcher.answer(Statements.notWatched(part), 0);
        } else {
            if (!watcher.watches(part)) {
                watchers.load(watcher, part);
            }
            watcher.sendWhole(whole, statements.whole(whole));
            watcher.heard();
        }
        tidy(watcher);
    }

    /** Says that a part is not to be had. */
    void refuse(Watcher watcher, String part) {
        thread.execute(() -> watcher.answer(Statements.notWatched(part), 0));
    }

    /** Sends no more of an organization. */
    void release(Watcher watcher, String organization) {
        thread.execute(() -> {
            if (watchers.contains(watcher)) {
                watchers.release(watcher, organization);
                confirmations.settleSoon();
            }
            watcher.heard();
        });
    }

    /** Ends a stream with an error. */
    void end(Watcher watcher, StatusRuntimeException error) {
        thread.execute(() -> {
            watchers.remove(watcher);
            watcher.end(error);
            confirmations.settleSoon();
        });
    }

    /** Forgets a watcher, and ends its stream where that is still open. */
    void unsubscribe(Watcher watcher) {
        thread.execute(() -> {
            watchers.remove(watcher);
            watcher.complete();
            confirmations.settleSoon();
        });
    }

    /** Whether there is such an organization, as far as is known here; for who need not ask the store for what never was. */
    public boolean exists(String organization) {
        return trust.exists(organization);
    }

    /** The last revision that was applied and sent. */
    public long head() {
        return trust.head();
    }

    /** How many revisions the watcher that is furthest behind has not confirmed. */
    public long largestLag() {
        long[] lag = new long[1];
        thread.await(() ->
                watchers.list().forEach(watcher -> lag[0] = Math.max(lag[0], trust.head() - watcher.acknowledged())));
        return lag[0];
    }

    /** How many are watching. */
    public int watching() {
        return watchers.count();
    }

    /** Answers with the head, after every change up to it. */
    void ping(Watcher watcher, ByteString nonce) {
        pings.add(watcher, nonce);
    }

    private Duration betweenPings() {
        if (!replica.isShared()) {
            return Duration.ZERO;
        }
        // Little beside the time between two pings of one verifier, which is a tenth of the maximum staleness.
        Duration share = trust.installation().policy().maximumStaleness().dividedBy(100);
        return share.compareTo(LONGEST_BETWEEN_PINGS) < 0 ? share : LONGEST_BETWEEN_PINGS;
    }

    /** Sends on what a watcher was too slow to take at once. */
    void resume(Watcher watcher) {
        thread.execute(() -> {
            watcher.flush();
            tidy(watcher);
        });
    }

    /** Ends every stream and opens no more; changes are still applied here until {@link #close}. */
    public void endStreams() {
        thread.execute(() -> {
            closing = true;
            // Those who ask from now on find nobody to wait for.
            confirmations.close();
            watchers.list().forEach(watcher -> watcher.end(unavailable(CLOSING)));
            watchers.clear();
        });
    }

    @Override
    public void close() {
        if (!thread.isClosed()) {
            endStreams();
            thread.close();
        }
    }

    private void answerPings(List<PingBatches.Waiting> waiting) {
        try {
            long proven = replica.beat();
            advance();
            trust.requireReached(proven);
        } catch (RuntimeException e) {
            // No pong: the watchers' trust state ages, as it should while the ledger cannot be read.
            LOG.error("the ledger cannot be read, so pings go unanswered", e);
            waiting.forEach(ping -> ping.watcher().heard());
            return;
        }
        Instant now = clock.instant();
        for (PingBatches.Waiting ping : waiting) {
            Watcher watcher = ping.watcher();
            if (watchers.contains(watcher) && !watcher.isLoading()) {
                // One that cannot be served must not cost the others their answers.
                guarded(watcher, () -> {
                    WatchResponse pong = pongs.answer(watcher, watchedBy(watcher), ping.nonce(), trust::head, now);
                    watcher.answer(pong, trust.head());
                    tidy(watcher);
                });
            } else if (!watcher.hasEnded()) {
                // Answered before the changes that the watcher lacks, or the part that it asked for, it would tell that
                // there is nothing of the kind.
                watcher.keep(ping.nonce());
            }
        }
    }

    /**
     * A part that was loaded a moment ago may hold changes that were committed after the head was read and are not sent
     * yet; then they are, first.
     */
    private @Nullable TrustPart upToApplied(String id) {
        if (!trust.exists(id)) {
            return null;
        }
        TrustPart part = catchUp.part(id);
        while (part != null && part.revision() > trust.head()) {
            advance();
            part = catchUp.part(id);
        }
        return part;
    }

    private Collection<String> watchedBy(Watcher watcher) {
        if (watcher.watchesEverything()) {
            // Reading on adds to them, which a pong may do while it goes through these.
            return trust.parts();
        }
        List<String> watched = new ArrayList<>(watcher.organizations());
        watched.add(0, TrustPart.INSTALLATION);
        return watched;
    }

    /** Reads on to the ledger's head, and sends what is new to whoever watches it. */
    private void advance() {
        trust.advance(this::send);
    }

    /** @param run changes of one part with none of another in between */
    private void send(List<RecordedChange> run) {
        RecordedChange last = run.get(run.size() - 1);
        WatchResponse message = statements.changes(run);
        times.published(last.revision());
        watchers.forEach(last.part(), watcher -> {
            watcher.sendChanges(last.part(), message, last.revision());
            tidy(watcher);
        });
    }

    private void tidy(Watcher watcher) {
        if (watcher.hasEnded()) {
            watchers.remove(watcher);
            confirmations.settleSoon();
        }
    }

    /** What its part holds by now, read after the call. */
    private CommittedChange asOfNow(CommittedChange change) {
        advance();
        return new CommittedChange(
                change.part(),
                Objects.requireNonNull(catchUp.part(change.part()), "the ledger knows the part")
                        .revision(),
                change.committed(),
                change.effective());
    }

    private void guarded(Watcher watcher, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("a watcher cannot be served", e);
            watcher.end(unavailable("the ledger cannot be read"));
            tidy(watcher);
        }
    }

    private static StatusRuntimeException unavailable(String why) {
        return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
    }
}
