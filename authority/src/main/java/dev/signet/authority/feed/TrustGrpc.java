package dev.signet.authority.feed;

import dev.signet.authority.access.Access;
import dev.signet.authority.access.Caller;
import dev.signet.authority.errors.Refusal;
import dev.signet.authority.store.Ledger;
import dev.signet.v1.Subscribe;
import dev.signet.v1.TrustServiceGrpc;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.token.VerifiedToken;
import dev.signet.verifier.verify.TokenVerifier;
import dev.signet.verifier.verify.Verdict;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code TrustService}: one stream a verifier. Who may watch is asked of the store when the stream opens, and of this
 * process's own trust state on every ping; a credential that ended takes its streams with it.
 */
public final class TrustGrpc extends TrustServiceGrpc.TrustServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(TrustGrpc.class);
    private static final int NONCE_BYTES = 16;
    private static final String PERMISSION = "trust.watch";

    private final Ledger ledger;
    private final Access access;
    private final TokenVerifier verifier;
    private final TrustPublisher publisher;
    private final Supplier<VerifiedToken> presented;
    private final Function<RuntimeException, StatusRuntimeException> errors;

    /**
     * Serves streams.
     *
     * @param presented the credential of the call that is being handled
     * @param errors what an exception becomes on the wire
     */
    public TrustGrpc(
            Ledger ledger,
            Access access,
            TokenVerifier verifier,
            TrustPublisher publisher,
            Supplier<VerifiedToken> presented,
            Function<RuntimeException, StatusRuntimeException> errors) {
        this.ledger = ledger;
        this.access = access;
        this.verifier = verifier;
        this.publisher = publisher;
        this.presented = presented;
        this.errors = errors;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> responses) {
        return new Stream((ServerCallStreamObserver<WatchResponse>) responses, presented.get());
    }

    /** What one verifier says, in order. */
    private final class Stream implements StreamObserver<WatchRequest> {
        private final ServerCallStreamObserver<WatchResponse> responses;
        private final VerifiedToken credential;
        private @Nullable Watcher watcher;

        Stream(ServerCallStreamObserver<WatchResponse> responses, VerifiedToken credential) {
            this.responses = responses;
            this.credential = credential;
            responses.setOnReadyHandler(() -> {
                if (watcher != null) {
                    publisher.resume(watcher);
                }
            });
            responses.setOnCancelHandler(this::left);
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
                    requireStillGood();
                    publisher.ping(watcher, message.getPing().getNonce());
                }
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
            Caller caller = ledger.read(tx -> access.identify(tx, credential));
            if (subscribe.getAllOrganizations()) {
                caller.requirePlatform("the trust state of all organizations");
            }
            if (!caller.isPlatform()) {
                for (String organization : subscribe.getOrganizationsList()) {
                    if (!organization.equals(caller.organization())) {
                        throw Refusal.notFound("organizations/" + organization);
                    }
                }
                if (!caller.holdsAnywhere(PERMISSION)) {
                    throw Refusal.permissionDenied(PERMISSION, "organizations/" + caller.organization());
                }
            }
            Watcher fresh = new Watcher(responses, subscribe, caller.organization());
            watcher = fresh;
            publisher.subscribe(fresh);
            LOG.info(
                    "{} watches, version {}",
                    caller.name(),
                    subscribe.getVersion().replaceAll("[^\\w.+-]", "?"));
        }

        private void requireStillGood() {
            if (verifier.verify(credential.text()) instanceof Verdict.Rejected rejected) {
                throw Refusal.unauthenticated(rejected.reason().name(), "the watcher's credential is no longer good");
            }
        }

        private void left() {
            if (watcher != null) {
                publisher.unsubscribe(watcher);
            }
        }
    }
}
