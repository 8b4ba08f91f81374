package dev.signet.verifier.feed;

import static java.util.Objects.requireNonNull;

import dev.signet.v1.WatchRequest;
import dev.signet.verifier.testkit.FakeAuthority;
import dev.signet.verifier.testkit.FakeClocks;
import dev.signet.verifier.testkit.FakeScheduler;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Use;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.NeededParts;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustState;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A feed and the authority it follows, on one thread and in virtual time. */
final class FeedBench implements AutoCloseable {
    static final Subscription OWN_ORGANIZATION = new Subscription(Set.of(), false, null, "verifier-1", "1.2.3");

    final FakeClocks fake = new FakeClocks();
    final FakeScheduler scheduler = new FakeScheduler(fake);
    final FakeAuthority authority = new FakeAuthority();
    final List<String> credentials = new ArrayList<>();
    final TrustState state = new TrustState(
            new NeededParts(NeededParts.DEFAULT_LIMIT),
            NeededParts.DEFAULT_IDLE,
            fake.clocks().elapsed());
    final TrustFeed feed;
    int timesCurrent;
    private final String name = "authority-" + System.identityHashCode(this);
    private final ManagedChannel channel =
            InProcessChannelBuilder.forName(name).directExecutor().build();
    private Server server;

    /** What is to be reported of the use of credentials. */
    List<Use> uses = List.of();

    FeedBench() throws IOException {
        this(OWN_ORGANIZATION, new Random(1));
    }

    FeedBench(Subscription subscription, RandomGenerator random) throws IOException {
        this(subscription, random, FeedKeys.of(null, null), KeptTrust.nowhere());
    }

    FeedBench(Subscription subscription, RandomGenerator random, FeedKeys keys, KeptTrust kept) throws IOException {
        server = serve();
        feed = new TrustFeed(
                AuthorityLink.over(channel, new BearerToken("s3cr3t")),
                keys,
                kept,
                subscription,
                state,
                new TrustCodec(new VerificationKeys()),
                fake.clocks(),
                scheduler,
                random,
                () -> uses,
                () -> timesCurrent++);
    }

    /** Connects; the stream that the verifier opened. */
    FakeAuthority.Watch started() {
        feed.start();
        scheduler.runDue();
        return authority.latest();
    }

    /** Connects, hands over both parts at a revision, and answers the first ping. */
    FakeAuthority.Watch current(long revision) {
        FakeAuthority.Watch watch = started();
        watch.snapshot(TestTrust.installation(revision, Freshness.NEVER, TestKey.shared(Algorithm.ES256)));
        watch.snapshot(TestTrust.organization(revision, Freshness.NEVER));
        watch.pong(revision);
        scheduler.runDue();
        return watch;
    }

    /** Sends a change of the organization and lets the verifier take it. */
    void change(FakeAuthority.Watch watch, TrustChange change, long revision, long previousRevision) {
        watch.change(TestTokens.ORGANIZATION, change, revision, previousRevision);
        scheduler.runDue();
    }

    void pong(FakeAuthority.Watch watch, long head) {
        watch.pong(head);
        scheduler.runDue();
    }

    /** Lets time pass until the verifier has sent one more ping. */
    void awaitPing(FakeAuthority.Watch watch) {
        int sent = watch.pings().size();
        while (watch.pings().size() == sent) {
            scheduler.advance(scheduler.waiting().get(0));
        }
    }

    /** The parts that the verifier asked for as a whole. */
    static List<String> loads(FakeAuthority.Watch watch) {
        return watch.received().stream()
                .filter(WatchRequest::hasLoad)
                .map(request -> request.getLoad().getPart())
                .toList();
    }

    void stopServer() {
        server.shutdownNow();
        scheduler.runDue();
    }

    void restartServer() throws IOException {
        server = serve();
    }

    InstallationTrust installation() {
        return requireNonNull(state.installation());
    }

    OrganizationTrust organization() {
        return requireNonNull(state.organization(TestTokens.ORGANIZATION));
    }

    Duration age(Freshness freshness) {
        return Duration.ofNanos(freshness.ageNanos(fake.clocks().now()));
    }

    @Override
    public void close() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    private Server serve() throws IOException {
        return InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(ServerInterceptors.intercept(authority, new Recording()))
                .build()
                .start();
    }

    private final class Recording implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            credentials.add(headers.get(BearerToken.AUTHORIZATION));
            return next.startCall(call, headers);
        }
    }
}
