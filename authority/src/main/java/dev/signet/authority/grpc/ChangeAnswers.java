package dev.signet.authority.grpc;

import dev.signet.authority.errors.Refusal;
import dev.signet.authority.feed.CommittedChange;
import dev.signet.authority.feed.TrustPublisher;
import dev.signet.authority.store.Ledger.Committed;
import dev.signet.v1.Propagation;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers to changes that verifiers must learn: each says how far its change has come. No thread waits for that. */
public final class ChangeAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeAnswers.class);
    /** Connected verifiers confirm within milliseconds; with this, an answer that nobody asked to wait says so. */
    private static final Duration DEFAULT_WAIT = Duration.ofMillis(200);

    private static final Duration LONGEST_WAIT = Duration.ofHours(24);

    private final TrustPublisher publisher;
    private final InstantSource clock;

    public ChangeAnswers(TrustPublisher publisher, InstantSource clock) {
        this.publisher = publisher;
        this.clock = clock;
    }

    /** How long a request lets its answer wait; to be asked before anything is changed. */
    static Duration wait(boolean given, com.google.protobuf.Duration wait) {
        if (!given) {
            return DEFAULT_WAIT;
        }
        // Compared as they are: what is far out of bounds would overflow.
        if (wait.getSeconds() < 0 || wait.getSeconds() > LONGEST_WAIT.toSeconds() || wait.getNanos() < 0) {
            throw outOfBounds();
        }
        Duration asked = Wire.duration(true, wait, DEFAULT_WAIT);
        if (asked.compareTo(LONGEST_WAIT) > 0) {
            throw outOfBounds();
        }
        return asked;
    }

    /**
     * Answers a change of one part that is to hold at once.
     *
     * @param change whose revision is 0 where it announced nothing, as when a request comes twice: then the answer is
     *     about all that was announced before
     */
    <T> void answer(
            StreamObserver<T> response,
            String part,
            Committed<?> change,
            Duration wait,
            Function<Propagation, T> message) {
        answer(response, part, change, null, wait, message);
    }

    /** @param effective when the change is to hold, null for at once */
    <T> void answer(
            StreamObserver<T> response,
            String part,
            Committed<?> change,
            @Nullable Instant effective,
            Duration wait,
            Function<Propagation, T> message) {
        // Read after the commit, so never before it.
        Instant committed = clock.instant();
        CompletableFuture<dev.signet.authority.feed.Propagation> known = publisher.awaitPropagation(
                new CommittedChange(part, change.revision(), committed, effective == null ? committed : effective),
                wait);
        // Whoever hangs up is not waited for any longer.
        ((ServerCallStreamObserver<T>) response).setOnCancelHandler(() -> known.cancel(false));
        var unused = known.whenComplete((propagation, error) -> {
            if (propagation != null) {
                Wire.answer(response, message.apply(Wire.propagation(propagation)));
            } else if (!known.isCancelled()) {
                LOG.warn("committed, but not followed", error);
                response.onError(ErrorDoor.toStatus(Refusal.notPublished()));
            }
        });
    }

    private static Refusal outOfBounds() {
        return Refusal.invalid("wait", "must be from 0s to 24h");
    }
}
