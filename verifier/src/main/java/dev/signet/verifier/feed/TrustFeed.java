package dev.signet.verifier.feed;

import dev.signet.v1.Pong;
import dev.signet.v1.Subscribe;
import dev.signet.v1.Usage;
import dev.signet.verifier.token.Use;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import io.grpc.Status;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a {@link TrustState} up to date from the authority's feed, for as long as it is open.
 *
 * <p>How it knows how fresh the state is: before a ping leaves, both clocks are noted. The authority reads its head
 * after the ping arrived, and sends the pong after every change up to that head, with a digest of each part. So a part
 * that is what the pong tells is as fresh as the moment noted; nobody's clocks need to agree. Reading the clocks when
 * the pong <em>arrives</em> would claim up to a round trip too much.
 *
 * <p>Everything happens on one scheduler thread: stream events are handed to it, so no field needs a lock. Here is what
 * outlives a connection; what is said on one is {@link FeedConnection}'s.
 */
public final class TrustFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrustFeed.class.getName());

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LARGEST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration STALENESS_UNTIL_KNOWN = Duration.ofSeconds(10);
    private static final int ATTEMPTS_PER_STALENESS = 5;
    private static final Duration REFUSED_FOR = Duration.ofSeconds(10);
    private static final Duration SHORTEST_PATIENCE = Duration.ofSeconds(1);

    private final AuthorityLink link;
    private final FeedKeys keys;
    private final KeptTrust kept;
    private final Subscription subscription;
    private final TrustState state;
    private final TrustCodec codec;
    private final Clocks clocks;
    private final ScheduledExecutorService scheduler;
    private final RandomGenerator random;
    private final Supplier<List<Use>> uses;
    private final Runnable onCurrent;
    private final Replica replica;

    private final Set<String> refused = new HashSet<>();
    private final ConcurrentMap<String, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
    private Duration backoff = FIRST_BACKOFF;
    private @Nullable FeedConnection connection;
    /** What is done next without being told: a ping, an attempt, or giving up one that gets nowhere. */
    private @Nullable ScheduledFuture<?> nextStep;

    private boolean closed;

    /**
     * Connects once {@link #start} is called.
     *
     * @param kept where the trust state is kept for the next start
     * @param scheduler a single thread
     * @param random makes nonces and jitter, so it must be hard to guess
     * @param uses takes what is to be reported of the use of credentials
     * @param onCurrent called, on the scheduler's thread, whenever a pong has confirmed the whole state
     */
    public TrustFeed(
            AuthorityLink link,
            FeedKeys keys,
            KeptTrust kept,
            Subscription subscription,
            TrustState state,
            TrustCodec codec,
            Clocks clocks,
            ScheduledExecutorService scheduler,
            RandomGenerator random,
            Supplier<List<Use>> uses,
            Runnable onCurrent) {
        this.link = link;
        this.keys = keys;
        this.kept = kept;
        this.codec = codec;
        this.subscription = subscription;
        this.state = state;
        this.clocks = clocks;
        this.scheduler = scheduler;
        this.random = random;
        this.uses = uses;
        this.onCurrent = onCurrent;
        this.replica = new Replica(state, codec);
        state.needed().supply(id -> execute(() -> load(id)), id -> execute(() -> release(id)));
    }

    public void start() {
        execute(() -> {
            restore();
            connect();
        });
    }

    /** Decides by what was kept for as long as it is fresh enough, whether the authority is there or not. */
    private void restore() {
        KeptTrust.Found found = kept.find(keys, codec, clocks);
        if (found != null) {
            replica.restore(found);
            if (found.freshness().ageNanos(clocks.now()) < staleness().toNanos()) {
                LOG.log(System.Logger.Level.INFO, "starting from the trust state that was kept");
                onCurrent.run();
            }
        }
    }

    @Override
    public void close() {
        execute(() -> {
            closed = true;
            cancelNextStep();
            if (connection != null) {
                connection.cancel("closing");
            }
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        replica.startOver();
        FeedConnection opened = new FeedConnection(this, replica, new Pings(random));
        connection = opened;
        Duration patience = FeedConnection.patience(staleness());
        step(
                opened,
                () -> lose("the authority cannot be reached"),
                patience.compareTo(SHORTEST_PATIENCE) < 0 ? SHORTEST_PATIENCE : patience);
        opened.opened(link.watch(opened));
    }

    /**
     * Completes once something more is known of an organization that was not loaded: it is here, or not to be had. Only
     * that; it may never come about.
     */
    public CompletableFuture<Void> whenLoaded(String organization) {
        if (!state.needed().contains(organization)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> waiting = awaited.computeIfAbsent(organization, id -> new CompletableFuture<>());
        TrustPart held = state.held(organization);
        if (held != null && held.freshness() != Freshness.NEVER) {
            tellOf(organization);
        }
        return waiting.copy();
    }

    /** Somebody needs an organization that is not watched. */
    private void load(String organization) {
        if (state.held(organization) != null) {
            // It has come since, by itself: the credential's own organization is watched without being named.
            state.needed().forget(organization);
        } else if (replica.await(organization) && connection != null) {
            connection.load(organization);
        }
    }

    private void release(String organization) {
        if (state.held(organization) != null) {
            return;
        }
        state.needed().forget(organization);
        replica.release(organization);
        if (connection != null) {
            connection.release(organization);
        }
    }

    /** Hands an event of a connection to the one thread; what comes from one that is over is dropped. */
    void on(FeedConnection from, Runnable event) {
        execute(() -> {
            if (connection == from) {
                runOrEnd(event);
            }
        });
    }

    /** An executor would swallow what goes wrong, and the feed would stand still in silence. */
    private void runOrEnd(Runnable event) {
        try {
            event.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the feed cannot be followed on this connection", e);
            lose("failed here");
        }
    }

    KeptTrust kept() {
        return kept;
    }

    FeedKeys keys() {
        return keys;
    }

    /** What a connection opens with, but for what is held. */
    Subscribe.Builder subscribe() {
        Set<String> organizations = new TreeSet<>(subscription.organizations());
        for (String id : state.needed().ids()) {
            if (state.held(id) != null) {
                organizations.add(id);
            }
        }
        return Subscribe.newBuilder()
                .addAllOrganizations(organizations)
                .setAllOrganizations(subscription.allOrganizations())
                .setVerifier(subscription.verifier())
                .setVersion(subscription.version());
    }

    /** Organizations that are needed and not here. */
    List<String> missing() {
        return state.needed().ids().stream()
                .filter(id -> state.held(id) == null && !refused.contains(id))
                .toList();
    }

    Freshness.Measured now() {
        return Freshness.now(clocks);
    }

    List<Usage> usage() {
        return UsageReport.of(uses.get(), clocks.wall().millis());
    }

    /** The bound that freshness must keep within: the verifier's own where that is stricter than the authority's. */
    Duration staleness() {
        InstallationTrust installation = state.installation();
        Duration set = installation == null
                ? STALENESS_UNTIL_KNOWN
                : installation.policy().maximumStaleness();
        Duration own = subscription.maximumStaleness();
        return own == null ? set : min(own, set);
    }

    /** From four fifths to six fifths of it, so that many verifiers do not come in step. */
    Duration jittered(Duration delay) {
        return Duration.ofNanos((long) (delay.toNanos() * (0.8 + 0.4 * random.nextDouble())));
    }

    /** Runs later what a connection does next, unless something else is to be next by then. */
    void step(FeedConnection of, Runnable step, Duration delay) {
        cancelNextStep();
        nextStep = later(() -> on(of, step), delay);
    }

    /** An answer came, so the way to the authority is good. */
    void confirmed(Pong pong, boolean current) {
        backoff = FIRST_BACKOFF;
        pong.getPartsList().forEach(part -> tellOf(part.getPart()));
        if (current && state.installation() != null) {
            onCurrent.run();
        }
    }

    /** Whether an organization is held that is not watched, or on its way. */
    boolean needs(String organization) {
        return state.needed().contains(organization);
    }

    /** An organization that was needed is not to be had. It is not asked for again for a while. */
    void refused(String organization) {
        replica.release(organization);
        tellOf(organization);
        if (!refused.add(organization)) {
            return;
        }
        var unused = later(
                () -> execute(() -> {
                    refused.remove(organization);
                    state.needed().forget(organization);
                }),
                REFUSED_FOR);
    }

    private void tellOf(String organization) {
        CompletableFuture<Void> waiting = awaited.remove(organization);
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Leaves a connection that may be lost with nobody saying so: the next attempt must not use it. */
    void lose(String why) {
        if (connection != null) {
            connection.cancel(why);
        }
        link.leaveConnection();
        ended(Status.DEADLINE_EXCEEDED.withDescription(why));
    }

    void ended(Status status) {
        connection = null;
        cancelNextStep();
        Duration largest = min(LARGEST_BACKOFF, staleness().dividedBy(ATTEMPTS_PER_STALENESS));
        // An authority that has too many at once wants them to come back far apart.
        Duration window = status.getCode() == Status.Code.RESOURCE_EXHAUSTED ? largest : backoff;
        Duration delay = Duration.ofNanos((long) (window.toNanos() * (0.5 + random.nextDouble() / 2)));
        backoff = min(backoff.multipliedBy(2), largest);
        if (!closed) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the feed broke off ({0}: {1}); next attempt in {2} ms",
                    status.getCode(),
                    status.getDescription(),
                    delay.toMillis());
            nextStep = later(() -> execute(this::connect), delay);
        }
    }

    private void execute(Runnable task) {
        try {
            scheduler.execute(task);
        } catch (RejectedExecutionException e) {
            // The process is closing: the thread is gone before the last word on the stream.
        }
    }

    private @Nullable ScheduledFuture<?> later(Runnable task, Duration delay) {
        try {
            return scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The process is closing, and its thread is gone already.
            return null;
        }
    }

    private void cancelNextStep() {
        if (nextStep != null) {
            nextStep.cancel(false);
        }
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
