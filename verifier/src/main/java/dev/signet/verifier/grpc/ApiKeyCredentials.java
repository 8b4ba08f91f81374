package dev.signet.verifier.grpc;

import com.google.protobuf.Duration;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.verifier.trust.Clocks;
import dev.signet.verifier.trust.Freshness;
import io.grpc.CallCredentials;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends an access token with every call, got from the authority for an API key. One object serves all channels and
 * stubs of a process; it is thread-safe.
 *
 * <p>The first call waits for the token, and so does every other one that comes meanwhile: there is never more than one
 * exchange under way. From then on the token is renewed in the background after 70 to 80 % of its life, so that no call
 * waits again. How long it is good is told by the authority as a span and counted here from when it was asked for, so
 * that the two clocks need not agree; suspension counts.
 *
 * <p>An exchange that fails is tried again after a random part of a time that doubles, from 200 ms up to 30 s. A token
 * that is still good is used meanwhile. Without one, calls fail at once with what the last exchange failed with:
 * UNAVAILABLE, which may be retried, or UNAUTHENTICATED where the authority refuses the key.
 *
 * <p>Where a server refuses the token, the call fails and nothing is retried; see {@link #renew()}.
 *
 * <p>Neither the secret nor a token is sent in the clear: over a plaintext channel to anywhere but loopback or a unix
 * socket, calls fail with UNAUTHENTICATED.
 */
public final class ApiKeyCredentials extends CallCredentials implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ApiKeyCredentials.class.getName());

    private static final double EARLIEST_RENEWAL = 0.7;
    private static final double RENEWAL_JITTER = 0.1;
    private static final long FIRST_BACKOFF_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LARGEST_BACKOFF_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long EXCHANGE_DEADLINE_SECONDS = 10;
    /** However often somebody asks for another one: a newer token would be refused as well. */
    private static final long LEAST_AGE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ApiKey key;
    private final ExchangeApiKeyRequest request;
    private final AccessTokenServiceGrpc.AccessTokenServiceStub authority;
    private final Clocks clocks;
    private final ScheduledExecutorService scheduler;
    private final RandomGenerator random;
    /** Exchanges are nobody's call: they outlive the one that happened to need them first. */
    private final Context.CancellableContext exchanges = Context.ROOT.withCancellation();

    private volatile @Nullable Held held;

    // All below is guarded by this.
    private final List<MetadataApplier> waiting = new ArrayList<>();
    private boolean exchanging;
    /** What the last exchange failed with, null where it did not. */
    private @Nullable Status failure;

    private long backoffNanos = FIRST_BACKOFF_NANOS;
    private Freshness.Measured failed;
    private long delayNanos;
    private @Nullable Future<?> renewal;
    private boolean closed;

    /**
     * Exchanges nothing before the first call.
     *
     * @param authority to the authority; not closed here
     * @param audience whom the tokens are for, one of the authority's audiences; null for its default
     * @param scheduler runs renewals; not closed here
     * @param random spreads renewals and retries
     */
    public ApiKeyCredentials(
            Channel authority,
            ApiKey key,
            @Nullable String audience,
            Clocks clocks,
            ScheduledExecutorService scheduler,
            RandomGenerator random) {
        this.key = key;
        this.request = ExchangeApiKeyRequest.newBuilder()
                .setKeyId(key.id())
                .setSecret(key.secret())
                .setAudience(audience == null ? "" : audience)
                .build();
        this.authority = AccessTokenServiceGrpc.newStub(authority).withCallCredentials(ProtectedTransport.required());
        this.clocks = clocks;
        this.scheduler = scheduler;
        this.random = random;
        this.failed = Freshness.now(clocks);
    }

    @Override
    public void applyRequestMetadata(RequestInfo call, Executor executor, MetadataApplier applier) {
        if (!ProtectedTransport.isThatOf(call)) {
            applier.fail(ProtectedTransport.REFUSAL);
            return;
        }
        Held token = held;
        if (token != null && token.isGood(clocks)) {
            applier.apply(token.headers);
        } else {
            applyOnceExchanged(applier);
        }
    }

    /**
     * Has another token got now; the one at hand is used until it is here. For a service that was refused with
     * UNAUTHENTICATED although its key is good, as after the revocation of a signing key: by itself that ends with the
     * next renewal only. May be called as often as that happens: nothing is done while an exchange is under way or
     * backing off, or where the token is younger than ten seconds.
     */
    public void renew() {
        Held token = held;
        if (token == null || token.got.ageNanos(clocks.now()) >= LEAST_AGE_NANOS) {
            renewUnlessBackingOff();
        }
    }

    /** Forgets the token and ends what is under way; calls fail from now on. */
    @Override
    public void close() {
        List<MetadataApplier> left;
        synchronized (this) {
            closed = true;
            held = null;
            left = takeWaiting();
            if (renewal != null) {
                renewal.cancel(false);
            }
        }
        exchanges.cancel(null);
        left.forEach(applier -> applier.fail(closedStatus()));
    }

    /** Nothing of the secret. */
    @Override
    public String toString() {
        return "ApiKeyCredentials[" + key.id() + "]";
    }

    private void applyOnceExchanged(MetadataApplier applier) {
        Held token;
        Status refusal = null;
        boolean first = false;
        synchronized (this) {
            token = held;
            if (closed) {
                refusal = closedStatus();
            } else if (token == null || !token.isGood(clocks)) {
                token = null;
                if (!exchanging && isBackingOff()) {
                    refusal = failure;
                } else {
                    first = !exchanging;
                    exchanging = true;
                    waiting.add(applier);
                }
            }
        }
        if (refusal != null) {
            applier.fail(refusal);
        } else if (token != null) {
            applier.apply(token.headers);
        } else if (first) {
            exchange();
        }
    }

    private void renewAsPlanned() {
        synchronized (this) {
            renewal = null;
        }
        renewUnlessBackingOff();
    }

    private void renewUnlessBackingOff() {
        synchronized (this) {
            if (closed || exchanging || isBackingOff()) {
                return;
            }
            exchanging = true;
        }
        exchange();
    }

    private boolean isBackingOff() {
        return failure != null && failed.ageNanos(clocks.now()) < delayNanos;
    }

    private void exchange() {
        Answer answer = new Answer(Freshness.now(clocks));
        try {
            exchanges.run(() -> authority
                    .withDeadlineAfter(EXCHANGE_DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .exchangeApiKey(request, answer));
        } catch (RuntimeException e) {
            failed(Status.fromThrowable(e));
        }
    }

    private void exchanged(ExchangeApiKeyResponse response, Freshness.Measured asked) {
        Duration life = response.getExpiresIn();
        long lifeNanos = TimeUnit.SECONDS.toNanos(life.getSeconds()) + life.getNanos();
        if (response.getAccessToken().isEmpty() || lifeNanos <= 0) {
            failed(Status.INTERNAL.withDescription("the authority's answer has no token, or no life of it"));
            return;
        }
        Held token = new Held(Authorization.headers(response.getAccessToken()), asked, lifeNanos);
        List<MetadataApplier> served;
        synchronized (this) {
            exchanging = false;
            if (closed) {
                return;
            }
            held = token;
            failure = null;
            backoffNanos = FIRST_BACKOFF_NANOS;
            served = takeWaiting();
            renewIn((long) (lifeNanos * (EARLIEST_RENEWAL + RENEWAL_JITTER * random.nextDouble())));
        }
        served.forEach(applier -> applier.apply(token.headers));
    }

    private void failed(Status status) {
        Status told = told(status);
        List<MetadataApplier> refused;
        synchronized (this) {
            exchanging = false;
            if (closed) {
                return;
            }
            delayNanos = (long) (backoffNanos * random.nextDouble());
            backoffNanos = Math.min(backoffNanos * 2, LARGEST_BACKOFF_NANOS);
            failed = Freshness.now(clocks);
            failure = told;
            refused = takeWaiting();
            Held token = held;
            if (token != null && token.isGood(clocks)) {
                renewIn(delayNanos);
            }
        }
        LOG.log(System.Logger.Level.WARNING, told.getDescription());
        refused.forEach(applier -> applier.fail(told));
    }

    /** What a call fails with: only what trying again does not mend is told as it is. */
    private Status told(Status status) {
        String why = "no access token for " + key.id() + ": " + status.getCode() + " " + status.getDescription();
        return switch (status.getCode()) {
            case UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED -> status.withDescription(why);
            case INVALID_ARGUMENT, FAILED_PRECONDITION, NOT_FOUND -> Status.INTERNAL.withDescription(why);
            default -> Status.UNAVAILABLE.withDescription(why);
        };
    }

    private List<MetadataApplier> takeWaiting() {
        List<MetadataApplier> taken = List.copyOf(waiting);
        waiting.clear();
        return taken;
    }

    private void renewIn(long nanos) {
        if (renewal != null) {
            renewal.cancel(false);
        }
        try {
            renewal = scheduler.schedule(this::renewAsPlanned, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            // Without a scheduler the next token is got by the first call that needs it.
        }
    }

    private static Status closedStatus() {
        return Status.UNAVAILABLE.withDescription("the credentials are closed");
    }

    /**
     * A token, ready to be sent.
     *
     * @param headers only ever read
     * @param got when it was asked for, so that it is never taken to be younger than it is
     */
    private record Held(Metadata headers, Freshness.Measured got, long lifeNanos) {
        boolean isGood(Clocks clocks) {
            return got.ageNanos(clocks.now()) < lifeNanos;
        }

        /** Nothing of the token. */
        @Override
        public String toString() {
            return "Held";
        }
    }

    private final class Answer implements StreamObserver<ExchangeApiKeyResponse> {
        private final Freshness.Measured asked;
        private @Nullable ExchangeApiKeyResponse response;

        Answer(Freshness.Measured asked) {
            this.asked = asked;
        }

        @Override
        public void onNext(ExchangeApiKeyResponse message) {
            response = message;
        }

        @Override
        public void onError(Throwable error) {
            failed(Status.fromThrowable(error));
        }

        @Override
        public void onCompleted() {
            exchanged(response == null ? ExchangeApiKeyResponse.getDefaultInstance() : response, asked);
        }
    }
}
