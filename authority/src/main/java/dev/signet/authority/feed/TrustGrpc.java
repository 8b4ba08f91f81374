package dev.signet.authority.feed;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Call;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.limits.StreamShares;
import dev.signet.authority.store.Ledger;
import dev.signet.authority.store.Replica;
import dev.signet.v1.ListVerifiersRequest;
import dev.signet.v1.ListVerifiersResponse;
import dev.signet.v1.SubjectUse;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.Usage;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code TrustService}: one stream a verifier. Who may watch is asked of the store when the stream opens, and of this
 * process's own trust state on every ping, and every quarter of the maximum staleness where none comes; a credential
 * that ended takes its streams with it.
 *
 * <p>All that verifiers say ends up with the publisher's one thread. So no more is read of a stream than was dealt with,
 * but for {@link Watcher#AHEAD}: whoever says more than can be taken waits for itself, and for nobody else.
 */
public final class TrustGrpc extends TrustServiceGrpc.TrustServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(TrustGrpc.class);
    private static final int NONCE_BYTES = 16;
    private static final int LARGEST_USAGE = 10_000;
    private static final int LARGEST_SUBSCRIPTION = 10_000;
    /** What was used longer ago is not worth telling. */
    private static final long OLDEST_USE_SECONDS = Duration.ofDays(366).toSeconds();

    private static final int CHECKS_PER_STALENESS = 4;
    private static final Duration LONGEST_UNCHECKED = Duration.ofMinutes(1);
    static final String PERMISSION = "trust.watch";

    private final Ledger ledger;
    private final Access access;
    private final TokenVerifier verifier;
    private final TrustPublisher publisher;
    private final LastUse lastUse;
    private final InstantSource clock;
    private final Supplier<Call> calls;
    private final Supplier<@Nullable CertificateWatchCredential> certificates;
    private final Function<RuntimeException, StatusRuntimeException> errors;
    private final StreamShares streams;
    private final ConnectedVerifiers verifiers = new ConnectedVerifiers();

    /**
     * Serves streams.
     *
     * @param lastUse takes what verifiers report
     * @param streams how many there may be
     * @param calls the call that is being handled
     * @param certificates who watches by a certificate; null where the call is one of {@code calls}
     * @param errors what an exception becomes on the wire
     */
    public TrustGrpc(
            Ledger ledger,
            Access access,
            TokenVerifier verifier,
            TrustPublisher publisher,
            LastUse lastUse,
            StreamShares streams,
            InstantSource clock,
            Supplier<Call> calls,
            Supplier<@Nullable CertificateWatchCredential> certificates,
            Function<RuntimeException, StatusRuntimeException> errors) {
        this.certificates = certificates;
        this.ledger = ledger;
        this.access = access;
        this.verifier = verifier;
        this.publisher = publisher;
        this.calls = calls;
        this.lastUse = lastUse;
        this.streams = streams;
        this.clock = clock;
        this.errors = errors;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        CertificateWatchCredential certificate = certificates.get();
        WatchCredential credential = certificate != null
                ? certificate
                : new TokenWatchCredential(calls.get(), ledger, access, verifier, publisher.state());
        Runnable end = streams.open(credential.name());
        return new Stream((ServerCallStreamObserver<WatchResponse>) responses, credential, end);
    }

    @Override
    public void listVerifiers(ListVerifiersRequest request, StreamObserver<ListVerifiersResponse> response) {
        Call call = calls.get();
        Caller caller = ledger.read(tx -> access.identify(tx, call));
        if (!caller.isPlatform() && !caller.holdsAnywhere(PERMISSION)) {
            throw Refusal.permissionDenied(PERMISSION, "organizations/" + caller.organization());
        }
        response.onNext(ListVerifiersResponse.newBuilder()
                .addAllVerifiers(verifiers.visibleTo(caller, publisher.watchingElsewhere(), publisher.head()))
                .build());
        response.onCompleted();
    }

    /** Ends the streams of credentials that are no longer good, whether anything is said on them or not. */
    void checkAgain() {
        verifiers.forEach((watcher, credential) -> {
            try {
                credential.requireStillGood();
            } catch (RuntimeException e) {
                boolean unknown =
                        e instanceof Refusal refusal && refusal.reason().equals(Verdict.Reason.NOT_LOADED.name());
                if (!unknown) {
                    publisher.end(watcher, errors.apply(e));
                }
            }
        });
    }

    /** How long after one check the next is due. */
    Duration untilNextCheck() {
        InstallationTrust installation = publisher.state().installation();
        Duration quarter = installation == null
                ? LONGEST_UNCHECKED
                : installation.policy().maximumStaleness().dividedBy(CHECKS_PER_STALENESS);
        return quarter.compareTo(LONGEST_UNCHECKED) < 0 ? quarter : LONGEST_UNCHECKED;
    }

    /** Tells the other authorities who watches here, and learns who watches there. To be called about once a second. */
    public void exchange(Replica replica) {
        publisher.watchElsewhere(replica.exchange(verifiers.list()));
    }

    /** What one verifier says, in order. */
    private final class Stream implements StreamObserver<WatchRequest> {
        private final ServerCallStreamObserver<WatchResponse> responses;
        private final WatchCredential credential;
        private final Runnable end;
        private @Nullable Watcher watcher;
        private ConnectedVerifiers.@Nullable Connection connection;

        /** @param end to be run when it has ended */
        Stream(ServerCallStreamObserver<WatchResponse> responses, WatchCredential credential, Runnable end) {
            this.responses = responses;
            this.credential = credential;
            this.end = end;
            responses.setOnReadyHandler(() -> {
                if (watcher != null) {
                    publisher.resume(watcher);
                }
            });
            responses.setOnCancelHandler(this::left);
            responses.setOnCloseHandler(this::left);
            responses.disableAutoRequest();
            responses.request(Watcher.AHEAD);
        }

        @Override
        public void onNext(WatchRequest message) {
            try {
                take(message);
            } catch (RuntimeException e) {
                if (watcher == null) {
                    throw e;
                }
                // Only the publisher's thread may write to a stream that it knows.
                publisher.end(watcher, errors.apply(e));
            }
        }

        private void take(WatchRequest message) {
            switch (message.getMessageCase()) {
                case SUBSCRIBE -> subscribe(message.getSubscribe());
                case PING -> {
                    if (watcher == null || message.getPing().getNonce().size() != NONCE_BYTES) {
                        throw Refusal.invalid("ping.nonce", "must be 16 bytes, after a subscribe");
                    }
                    credential.requireStillGood();
                    if (connection != null) {
                        connection.pinged(clock.instant());
                    }
                    publisher.ping(watcher, message.getPing().getNonce());
                }
                case ACK ->
                    publisher.acknowledge(subscribed("ack"), message.getAck().getRevision());
                case USAGE -> {
                    note(message.getUsage());
                    publisher.heard(subscribed("usage"));
                }
                case LOAD -> load(message.getLoad().getPart());
                case RELEASE ->
                    publisher.release(
                            subscribed("release"), message.getRelease().getPart());
                case MESSAGE_NOT_SET -> throw Refusal.invalid("message", "is of an unknown kind");
            }
        }

        @Override
        public void onError(Throwable error) {
            left();
        }

        @Override
        public void onCompleted() {
            if (watcher == null) {
                responses.onCompleted();
            }
            left();
        }

        private void subscribe(Subscribe subscribe) {
            if (watcher != null) {
                throw Refusal.invalid("subscribe", "was said before on this stream");
            }
            if (subscribe.getOrganizationsCount() > LARGEST_SUBSCRIPTION) {
                throw Refusal.invalid("subscribe.organizations", "must be at most " + LARGEST_SUBSCRIPTION);
            }
            Subscribe admitted = credential.admit(subscribe);
            Watcher fresh = new Watcher(responses, admitted, credential.organization());
            publisher.prepare(fresh);
            publisher.subscribe(fresh);
            watcher = fresh;
            connection = verifiers.add(fresh, credential, admitted, clock.instant());
            LOG.info("{} watches, version {}", credential.name(), connection.version());
        }

        private Watcher subscribed(String field) {
            if (watcher == null) {
                throw Refusal.invalid(field, "must come after a subscribe");
            }
            return watcher;
        }

        private void load(String part) {
            Watcher watching = subscribed("load");
            credential.requireStillGood();
            if (part.isEmpty() || credential.mayLoad(part)) {
                publisher.prepare(List.of(part));
                publisher.load(watching, part);
            } else {
                // As where there is none: whoever may not watch it does not learn that it exists.
                publisher.refuse(watching, part);
            }
        }

        private void note(Usage usage) {
            Watcher watching = watcher;
            if (watching == null || usage.getUsesCount() > LARGEST_USAGE) {
                throw Refusal.invalid("usage", "must have at most 10000 entries, after a subscribe");
            }
            credential.requireStillGood();
            Instant now = clock.instant();
            for (SubjectUse use : usage.getUsesList()) {
                // Never in the future, and never so old that it would undo what is known.
                long age = Math.max(0, use.getAge().getSeconds());
                // Who watches everything watches whatever it makes up as well.
                if (watching.watches(use.getOrganization())
                        && !use.getOrganization().isEmpty()
                        && publisher.exists(use.getOrganization())
                        && age <= OLDEST_USE_SECONDS) {
                    lastUse.report(use.getOrganization(), use.getSubject(), now.minusSeconds(age));
                }
            }
        }

        private void left() {
            end.run();
            if (watcher != null) {
                publisher.unsubscribe(watcher);
            }
            if (connection != null) {
                connection.left();
            }
        }
    }
}
