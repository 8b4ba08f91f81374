package dev.signet.authority.feed;

import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.AuthorityLink;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One stream between a verifier and an authority, and the network below it: what one side says comes to the other later,
 * in its order, or not at all.
 */
final class SimulatedStream extends ServerCallStreamObserver<WatchResponse> implements AuthorityLink.Requests {
    private final FeedSimulation world;
    private final VerifierProcess verifier;
    private final AuthorityProcess authority;
    private final AuthorityLink.Responses responses;
    private final Direction up = new Direction();
    private final Direction down = new Direction();
    private final int window;
    private @Nullable Watcher watcher;
    private boolean wasFull;
    /** The authority knows of no end yet. */
    private boolean served;

    private boolean cancelled;
    /** The verifier knows of no end yet. */
    private boolean used = true;

    SimulatedStream(
            FeedSimulation world,
            VerifierProcess verifier,
            AuthorityProcess authority,
            AuthorityLink.Responses responses) {
        this.world = world;
        this.verifier = verifier;
        this.authority = authority;
        this.responses = responses;
        up.silent = verifier.isSilentUpwards();
        down.silent = verifier.isSilentDownwards();
        this.window = 1 + world.random().nextInt(world.random().nextInt(4) == 0 ? 2 : 30);
        up.carry(() -> {
            if (!authority.accepts(this)) {
                down.carry(() -> end(Status.UNAVAILABLE.withDescription("refused")));
                return;
            }
            served = true;
            down.carry(responses::ready);
        });
    }

    VerifierProcess verifier() {
        return verifier;
    }

    AuthorityProcess authority() {
        return authority;
    }

    /** What is on its way in one direction, in its order. */
    private final class Direction {
        private final Deque<Runnable> onTheWay = new ArrayDeque<>();
        private long last;
        private boolean silent;
        /** How many would have arrived by now. */
        private int held;

        void carry(Runnable arrival) {
            onTheWay.add(arrival);
            // Never before what was sent before.
            last = Math.max(last + 1, world.time().now() + world.delay());
            world.time().in(last - world.time().now(), this::arrive);
        }

        private void arrive() {
            if (silent) {
                held++;
            } else {
                onTheWay.remove().run();
            }
        }

        void set(boolean silent) {
            this.silent = silent;
            if (!silent) {
                for (; held > 0; held--) {
                    world.time().in(world.delay(), this::arrive);
                }
            }
        }
    }

    /** Nothing comes through any more in these directions, and nobody is told; or all that was held does. */
    void partition(boolean upwards, boolean downwards) {
        up.set(upwards);
        down.set(downwards);
    }

    /** It is broken, and one end learns of it, or both, or none. */
    void breakOff(boolean tellVerifier, boolean tellAuthority) {
        if (tellVerifier) {
            world.time().in(world.delay(), () -> end(Status.UNAVAILABLE.withDescription("reset")));
        }
        if (tellAuthority) {
            world.time().in(world.delay(), this::left);
        }
    }

    /** The verifier's process is gone. */
    void verifierGone(boolean tellAuthority) {
        used = false;
        breakOff(false, tellAuthority);
    }

    /** The authority's process is gone. */
    void authorityGone(boolean tellVerifier) {
        served = false;
        cancelled = true;
        breakOff(tellVerifier, false);
    }

    // What the verifier does.

    @Override
    public void send(WatchRequest message) {
        world.checks().said(verifier, authority, message);
        if (message.hasAck() && world.faults().losesAcknowledgement()) {
            world.trace(
                    verifier, "loses an acknowledgement of " + message.getAck().getRevision());
            return;
        }
        if (world.isTraced()) {
            world.trace(verifier, Said.by(message));
        }
        up.carry(() -> {
            if (served && authority.isAlive()) {
                take(message);
            }
        });
    }

    @Override
    public void cancel(String why) {
        used = false;
        world.trace(verifier, "leaves " + authority + ": " + why);
        up.carry(this::left);
    }

    private void end(Status status) {
        if (used) {
            used = false;
            responses.ended(status);
        }
    }

    // What the authority does.

    /** As {@link TrustGrpc} hands it on, for a caller who may do everything. */
    private void take(WatchRequest message) {
        TrustPublisher publisher = authority.publisher();
        switch (message.getMessageCase()) {
            case SUBSCRIBE -> {
                watcher = new Watcher(this, message.getSubscribe(), "");
                publisher.subscribe(watcher);
            }
            case PING -> publisher.ping(watching(), message.getPing().getNonce());
            case ACK -> publisher.acknowledge(watching(), message.getAck().getRevision());
            case LOAD -> publisher.load(watching(), message.getLoad().getPart());
            case RELEASE -> publisher.release(watching(), message.getRelease().getPart());
            case USAGE -> {}
            case MESSAGE_NOT_SET -> throw new IllegalStateException("a message of an unknown kind");
        }
    }

    private Watcher watching() {
        if (watcher == null) {
            throw new IllegalStateException("nothing comes before a subscribe");
        }
        return watcher;
    }

    private void left() {
        if (served) {
            served = false;
            cancelled = true;
            if (watcher != null && authority.isAlive()) {
                authority.publisher().unsubscribe(watcher);
            }
        }
    }

    @Override
    public void onNext(WatchResponse message) {
        if (!served) {
            throw new IllegalStateException("call already closed");
        }
        WatchResponse sent = world.faults().mangled(verifier, message);
        if (sent == null) {
            return;
        }
        down.carry(() -> {
            if (used) {
                if (world.isTraced()) {
                    world.trace(verifier, Said.by(sent));
                }
                responses.message(sent);
            }
            readAgain();
        });
        wasFull |= !isReady();
    }

    private void readAgain() {
        if (wasFull && isReady() && served && authority.isAlive() && watcher != null) {
            wasFull = false;
            authority.publisher().resume(watcher);
        }
    }

    @Override
    public void onError(Throwable error) {
        close(Status.fromThrowable(error));
    }

    @Override
    public void onCompleted() {
        close(Status.UNAVAILABLE.withDescription("the authority ended the stream"));
    }

    private void close(Status status) {
        served = false;
        down.carry(() -> end(status));
    }

    @Override
    public boolean isReady() {
        return served && down.onTheWay.size() < window;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void setOnCancelHandler(Runnable onCancelHandler) {}

    @Override
    public void setOnReadyHandler(Runnable onReadyHandler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void request(int count) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
}
