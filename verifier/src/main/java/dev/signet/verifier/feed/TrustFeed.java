package dev.signet.verifier.feed;

import dev.signet.v1.Ack;
import dev.signet.v1.Change;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Pong;
import dev.signet.v1.Snapshot;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.Use;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustState;
import io.grpc.CallCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * after the ping arrived, and sends the pong after every change up to that head. So when the pong is here, everything
 * that was committed before the ping left has been applied, and the state is as fresh as the moment noted; nobody's
 * clocks need to agree. Reading the clocks when the pong <em>arrives</em> would claim up to a round trip too much.
 *
 * <p>Everything happens on one scheduler thread: stream events are handed to it, so no field needs a lock.
 */
public final class TrustFeed implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrustFeed.class.getName());

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LARGEST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration STALENESS_UNTIL_KNOWN = Duration.ofSeconds(10);
    private static final int PINGS_PER_STALENESS = 10;
    private static final int ATTEMPTS_PER_STALENESS = 5;
    private static final int MISSES_ALLOWED = 2;
    private static final Duration SHORTEST_CONNECT_TIMEOUT = Duration.ofSeconds(1);

    private final ManagedChannel channel;
    private final CallCredentials credentials;
    private final Subscription subscription;
    private final TrustState state;
    private final TrustCodec codec;
    private final Clocks clocks;
    private final ScheduledExecutorService scheduler;
    private final RandomGenerator random;
    private final Supplier<List<Use>> uses;
    private final Runnable onCurrent;

    private String ledgerId = "";
    private Duration backoff = FIRST_BACKOFF;
    private @Nullable Stream stream;
    private @Nullable ScheduledFuture<?> nextAttempt;
    private boolean closed;

    /**
     * Connects once {@link #start} is called.
     *
     * @param channel to the authority; not closed here
     * @param scheduler a single thread
     * @param random makes nonces and jitter, so it must be hard to guess
     * @param uses takes what is to be reported of the use of credentials
     * @param onCurrent called, on the scheduler's thread, whenever a pong has confirmed the whole state
     */
    public TrustFeed(
            ManagedChannel channel,
            CallCredentials credentials,
            Subscription subscription,
            TrustState state,
            TrustCodec codec,
            Clocks clocks,
            ScheduledExecutorService scheduler,
            RandomGenerator random,
            Supplier<List<Use>> uses,
            Runnable onCurrent) {
        this.channel = channel;
        this.credentials = credentials;
        this.subscription = subscription;
        this.state = state;
        this.codec = codec;
        this.clocks = clocks;
        this.scheduler = scheduler;
        this.random = random;
        this.uses = uses;
        this.onCurrent = onCurrent;
    }

    public void start() {
        scheduler.execute(this::connect);
    }

    @Override
    public void close() {
        scheduler.execute(() -> {
            closed = true;
            if (nextAttempt != null) {
                nextAttempt.cancel(false);
            }
            if (stream != null) {
                stream.end("closing");
            }
        });
    }

    private void connect() {
        if (closed) {
            return;
        }
        // Without this the channel would refuse attempts for up to two minutes of its own backoff.
        channel.resetConnectBackoff();
        stream = new Stream(state.revisions());
        TrustServiceGrpc.newStub(channel).withCallCredentials(credentials).watch(stream);
    }

    private @Nullable ScheduledFuture<?> later(Runnable task, long nanos) {
        try {
            return scheduler.schedule(task, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // The process is closing, and its thread is gone already.
            return null;
        }
    }

    /** The bound that freshness must keep within: the verifier's own where that is stricter than the authority's. */
    private Duration staleness() {
        InstallationTrust installation = state.installation();
        Duration set = installation == null
                ? STALENESS_UNTIL_KNOWN
                : installation.policy().maximumStaleness();
        Duration own = subscription.maximumStaleness();
        return own == null ? set : min(own, set);
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** One connection: from Subscribe to whatever ends it. */
    private final class Stream implements ClientResponseObserver<WatchRequest, WatchResponse> {
        private final Map<String, Long> held;
        private final Pings pings = new Pings(random);
        private final Acknowledgements acknowledgements = new Acknowledgements();
        private final Set<String> awaited = new HashSet<>();
        private @Nullable ClientCallStreamObserver<WatchRequest> requests;
        /** What is done next without being told: a ping, or giving up a connection that never gets ready. */
        private @Nullable ScheduledFuture<?> nextStep;

        private boolean subscribed;
        private boolean ackScheduled;

        Stream(Map<String, Long> held) {
            this.held = held;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<WatchRequest> requests) {
            this.requests = requests;
            requests.setOnReadyHandler(() -> onScheduler(this::subscribeOnce));
            Duration timeout = staleness().multipliedBy(MISSES_ALLOWED).dividedBy(PINGS_PER_STALENESS);
            step(
                    () -> lose("the authority cannot be reached"),
                    timeout.compareTo(SHORTEST_CONNECT_TIMEOUT) < 0 ? SHORTEST_CONNECT_TIMEOUT : timeout);
        }

        @Override
        public void onNext(WatchResponse message) {
            onScheduler(() -> receive(message));
        }

        @Override
        public void onError(Throwable error) {
            onScheduler(() -> ended(Status.fromThrowable(error)));
        }

        @Override
        public void onCompleted() {
            onScheduler(() -> ended(Status.UNAVAILABLE.withDescription("the authority ended the stream")));
        }

        /** Hands an event to the one thread; what comes from a stream that is over is dropped. */
        private void onScheduler(Runnable event) {
            try {
                scheduler.execute(() -> {
                    if (stream == this) {
                        runOrEnd(event);
                    }
                });
            } catch (RejectedExecutionException e) {
                // The process is closing: the thread is gone before the last word on the stream.
            }
        }

        /** An executor would swallow what goes wrong, and the feed would stand still in silence. */
        private void runOrEnd(Runnable event) {
            try {
                event.run();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "the feed cannot be followed on this connection", e);
                end("failed");
                ended(Status.INTERNAL.withDescription("failed here"));
            }
        }

        private void subscribeOnce() {
            if (subscribed) {
                return;
            }
            subscribed = true;
            Subscribe.Builder subscribe = Subscribe.newBuilder()
                    .addAllOrganizations(subscription.organizations())
                    .setAllOrganizations(subscription.allOrganizations())
                    .setLedgerId(ledgerId)
                    .setVersion(subscription.version());
            held.forEach((part, revision) ->
                    subscribe.addHeld(PartRevision.newBuilder().setPart(part).setRevision(revision)));
            send(WatchRequest.newBuilder().setSubscribe(subscribe));
            ping();
        }

        private void receive(WatchResponse message) {
            switch (message.getMessageCase()) {
                case SNAPSHOT -> take(message.getSnapshot());
                case CHANGE -> apply(message.getChange());
                case PONG -> answered(message.getPong());
                case MESSAGE_NOT_SET -> throw new IllegalArgumentException("a message of an unknown kind");
            }
        }

        private void take(Snapshot snapshot) {
            if (!snapshot.getLedgerId().equals(ledgerId)) {
                // Another history: what was held of the old one neither orders nor ages with it.
                state.clear();
                awaited.clear();
                acknowledgements.startHistoryOver();
                ledgerId = snapshot.getLedgerId();
                pings.startHistoryOver();
            }
            TrustPart part = codec.decode(snapshot);
            awaited.remove(part.id());
            state.replace(part);
        }

        private void apply(Change change) {
            TrustChange decoded = codec.decode(change.getChange());
            boolean applied =
                    state.apply(change.getPart(), decoded, change.getRevision(), change.getPreviousRevision());
            if (applied) {
                acknowledgements.applied(change.getRevision());
                acknowledgeSoon();
            }
            if (decoded instanceof TrustChange.PolicyChanged) {
                // A smaller bound wants pings at a quicker pace, and the next one may be too late for it.
                ping();
            }
            if (!applied && awaited.add(change.getPart())) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "a change is missing before revision {0} of part ''{1}'': asking for the whole part",
                        String.valueOf(change.getRevision()),
                        change.getPart());
                resync();
            }
        }

        private void answered(Pong pong) {
            Pings.Sent sent = pings.answered(pong.getNonce());
            if (sent == null) {
                return;
            }
            // Compared with what was held when the ping left: the head was read later than that, while changes that
            // were committed after the head was read may have come in before the pong.
            if (!pong.getLedgerId().equals(ledgerId) || pong.getHead() < sent.newestHeld()) {
                LOG.log(
                        System.Logger.Level.ERROR,
                        "the authority''s ledger went back: its head is {0}, revision {1} is held here",
                        String.valueOf(pong.getHead()),
                        String.valueOf(sent.newestHeld()));
                return;
            }
            pings.forgetBefore(sent);
            backoff = FIRST_BACKOFF;
            state.confirm(sent.at().answered(TrustCodec.millis(pong.getAuthorityTime())), awaited::contains);
            if (state.installation() != null && awaited.isEmpty()) {
                acknowledgements.confirmed(pong.getHead());
                acknowledgeSoon();
                onCurrent.run();
            }
        }

        /** Behind the events that wait already: one acknowledgement for all that they bring. */
        private void acknowledgeSoon() {
            if (!ackScheduled && acknowledgements.due()) {
                ackScheduled = true;
                onScheduler(this::acknowledge);
            }
        }

        private void acknowledge() {
            ackScheduled = false;
            Ack ack = acknowledgements.next();
            if (ack != null) {
                send(WatchRequest.newBuilder().setAck(ack));
            }
        }

        private void ping() {
            if (pings.unanswered() >= MISSES_ALLOWED) {
                lose("the authority does not answer pings");
                return;
            }
            long newestHeld = state.revisions().values().stream()
                    .mapToLong(Long::longValue)
                    .max()
                    .orElse(0);
            send(WatchRequest.newBuilder().setPing(pings.next(Freshness.now(clocks), newestHeld)));
            // With the pings, as they tell that the stream is alive; a report that is lost with it is not repeated.
            UsageReport.of(uses.get(), clocks.wall().millis())
                    .forEach(usage -> send(WatchRequest.newBuilder().setUsage(usage)));
            long period = staleness().toNanos() / PINGS_PER_STALENESS;
            step(this::ping, Duration.ofNanos((long) (period * (0.8 + 0.4 * random.nextDouble()))));
        }

        private void step(Runnable step, Duration delay) {
            cancelNextStep();
            nextStep = later(() -> onScheduler(step), delay.toNanos());
        }

        private void cancelNextStep() {
            if (nextStep != null) {
                nextStep.cancel(false);
            }
        }

        /** Leaves a connection that may be lost with nobody saying so: the next attempt must not use it. */
        private void lose(String why) {
            end(why);
            channel.enterIdle();
            ended(Status.DEADLINE_EXCEEDED.withDescription(why));
        }

        /** Starts over, claiming to hold all but the parts that lack something. */
        private void resync() {
            end("resynchronizing");
            Map<String, Long> rest = state.revisions();
            rest.keySet().removeAll(awaited);
            Stream next = new Stream(rest);
            next.awaited.addAll(awaited);
            stream = next;
            TrustServiceGrpc.newStub(channel).withCallCredentials(credentials).watch(next);
        }

        private void ended(Status status) {
            cancelNextStep();
            stream = null;
            long delay = (long) (backoff.toNanos() * (0.5 + random.nextDouble() / 2));
            backoff = min(
                    backoff.multipliedBy(2), min(LARGEST_BACKOFF, staleness().dividedBy(ATTEMPTS_PER_STALENESS)));
            if (!closed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "the feed broke off ({0}: {1}); next attempt in {2} ms",
                        status.getCode(),
                        status.getDescription(),
                        TimeUnit.NANOSECONDS.toMillis(delay));
                nextAttempt = later(TrustFeed.this::connect, delay);
            }
        }

        private void send(WatchRequest.Builder message) {
            if (requests != null) {
                requests.onNext(message.build());
            }
        }

        void end(String why) {
            cancelNextStep();
            if (requests != null) {
                requests.cancel(why, null);
            }
        }
    }
}
