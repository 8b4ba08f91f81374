package dev.signet.authority.feed;

import dev.signet.v1.PartRevision;
import dev.signet.v1.Subscribe;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One verifier's stream: what it watches, and what waits to be sent. Used by the publisher's thread only. */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    /** A verifier that lets more than this pile up is ended; it comes back and resumes. */
    private static final int LONGEST_QUEUE = 10_000;

    private final ServerCallStreamObserver<WatchResponse> stream;
    private final boolean all;
    private final Set<String> organizations;
    private final String ledgerId;
    private final Map<String, Long> held;
    private final Queue<WatchResponse> waiting = new ArrayDeque<>();
    private boolean ended;
    /** The newest revision that the verifier can know of. */
    private long sent;

    private long acknowledged;

    Watcher(ServerCallStreamObserver<WatchResponse> stream, Subscribe subscribe, String ownOrganization) {
        this.stream = stream;
        this.all = subscribe.getAllOrganizations();
        Set<String> wanted = new HashSet<>(subscribe.getOrganizationsList());
        wanted.add(ownOrganization);
        this.organizations = Set.copyOf(wanted);
        this.ledgerId = subscribe.getLedgerId();
        this.held = subscribe.getHeldList().stream()
                .collect(Collectors.toMap(PartRevision::getPart, PartRevision::getRevision, Math::min));
    }

    boolean watches(String part) {
        return all || part.equals(TrustPart.INSTALLATION) || organizations.contains(part);
    }

    /** The history that {@link #held} belongs to. */
    String ledgerId() {
        return ledgerId;
    }

    /** The parts that the verifier says it has. */
    Map<String, Long> held() {
        return held;
    }

    /** What the verifier says is applied; nothing that goes back, and nothing that it has not been sent. */
    void acknowledge(long revision) {
        if (revision <= sent) {
            acknowledged = Math.max(acknowledged, revision);
        }
    }

    long acknowledged() {
        return acknowledged;
    }

    void send(WatchResponse message) {
        if (ended) {
            return;
        }
        waiting.add(message);
        if (waiting.size() > LONGEST_QUEUE) {
            end(Status.RESOURCE_EXHAUSTED
                    .withDescription("SLOW_WATCHER: come back and resume")
                    .asRuntimeException());
            return;
        }
        flush();
    }

    /** Sends on what waits. A stream that can take nothing any more ends here, at nobody else's cost. */
    void flush() {
        try {
            while (!ended && !waiting.isEmpty() && stream.isReady()) {
                WatchResponse message = waiting.remove();
                sent = Math.max(sent, revision(message));
                stream.onNext(message);
            }
            if (stream.isCancelled()) {
                leave();
            }
        } catch (RuntimeException e) {
            LOG.debug("a watcher's stream broke", e);
            leave();
        }
    }

    void end(StatusRuntimeException error) {
        close(() -> stream.onError(error));
    }

    /** Ends the stream as the verifier asked. */
    void complete() {
        close(stream::onCompleted);
    }

    boolean hasEnded() {
        return ended;
    }

    private static long revision(WatchResponse message) {
        return switch (message.getMessageCase()) {
            case SNAPSHOT -> message.getSnapshot().getRevision();
            case CHANGE -> message.getChange().getRevision();
            case PONG -> message.getPong().getHead();
            case MESSAGE_NOT_SET -> 0;
        };
    }

    private void close(Runnable farewell) {
        if (ended) {
            return;
        }
        leave();
        try {
            farewell.run();
        } catch (RuntimeException e) {
            LOG.debug("a watcher's stream was closed before", e);
        }
    }

    private void leave() {
        ended = true;
        waiting.clear();
    }
}
