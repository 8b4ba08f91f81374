package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Subscribe;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.trust.TrustPart;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One verifier's stream: what it watches, and what waits to be sent. Used by the publisher's thread only, but for
 * {@link #watches}.
 *
 * <p>What waits, waits in lanes. Changes and pongs go first, in their order. A part that is sent as a whole has a lane of
 * its own, in which its changes wait behind its pieces; such a part is <em>not settled</em>, and no pong speaks of it.
 */
final class Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    /** A verifier that lets more than this pile up is ended; it comes back and resumes. */
    private static final int LONGEST_QUEUE = 10_000;

    private static final int LONGEST_TEXT = 128;

    /** How much of what a verifier says is read before it is dealt with; and how much of that is read on at once. */
    static final int AHEAD = 16;

    private static final int AT_ONCE = 8;

    private final ServerCallStreamObserver<WatchResponse> stream;
    private final String verifier;
    private final String ownOrganization;
    private final boolean all;
    private final Set<String> organizations = ConcurrentHashMap.newKeySet();
    private final String ledgerId;
    private final Map<String, Long> held;
    private final Queue<Outgoing> waiting = new ArrayDeque<>();
    private final Map<String, Queue<Outgoing>> wholes = new LinkedHashMap<>();
    /** How much waits, but for pieces, which watchers share. */
    private int queued;

    /** Pings that came before the watcher was brought up to date. */
    private final List<ByteString> early = new ArrayList<>();

    /** How many parts were asked for and not looked at yet. */
    private final AtomicInteger loading = new AtomicInteger();

    /** How many messages were dealt with since more were asked for. */
    private int heard;

    private boolean ended;
    /** The newest revision that the verifier can know of. */
    private long sent;

    private volatile long acknowledged;

    Watcher(ServerCallStreamObserver<WatchResponse> stream, Subscribe subscribe, String ownOrganization) {
        this.stream = stream;
        this.verifier = printable(subscribe.getVerifier());
        this.ownOrganization = ownOrganization;
        this.all = subscribe.getAllOrganizations();
        this.organizations.addAll(subscribe.getOrganizationsList());
        if (!ownOrganization.isEmpty()) {
            this.organizations.add(ownOrganization);
        }
        // One that is longer is none of ours; and of parts that it does not watch it may hold what it likes.
        this.ledgerId = subscribe.getLedgerId().length() > LONGEST_TEXT ? "" : subscribe.getLedgerId();
        this.held = subscribe.getHeldList().stream()
                .filter(held -> watches(held.getPart()))
                .collect(Collectors.toMap(PartRevision::getPart, PartRevision::getRevision, Math::min));
    }

    /**
     * What waits to be sent.
     *
     * @param revision the newest of which it tells
     * @param answers whether it answers something that the verifier said, which is dealt with once this is sent
     */
    private record Outgoing(WatchResponse message, long revision, boolean piece, boolean answers) {}

    /** What a verifier says of itself, as it may be shown on terminals and in logs. */
    static String printable(String text) {
        String clean = text.replaceAll("[^\\w.:+ -]", "?");
        return clean.length() > LONGEST_TEXT ? clean.substring(0, LONGEST_TEXT) : clean;
    }

    /** What the verifier calls itself. */
    String verifier() {
        return verifier;
    }

    /** Whether those who change a part may know of this verifier: an organization's those of its own credentials. */
    boolean mayBeNamedFor(String part) {
        return mayBeNamed(verifier, ownOrganization, part);
    }

    /** The same for one that calls itself so and watches with a credential of that organization. */
    static boolean mayBeNamed(String verifier, String ownOrganization, String part) {
        return !verifier.isEmpty() && (part.equals(TrustPart.INSTALLATION) || part.equals(ownOrganization));
    }

    /** May be asked by any thread. */
    boolean watches(String part) {
        return all || part.equals(TrustPart.INSTALLATION) || organizations.contains(part);
    }

    boolean watchesEverything() {
        return all;
    }

    /** Those that it watches by name. */
    Collection<String> organizations() {
        return organizations;
    }

    void follow(String organization) {
        organizations.add(organization);
    }

    void unfollow(String organization) {
        organizations.remove(organization);
        dropLane(organization);
    }

    private void dropLane(String part) {
        Queue<Outgoing> lane = wholes.remove(part);
        if (lane != null) {
            queued -= (int) lane.stream().filter(outgoing -> !outgoing.piece()).count();
        }
    }

    /** The history that {@link #held} belongs to. */
    String ledgerId() {
        return ledgerId;
    }

    /** The parts that the verifier says it has. */
    Map<String, Long> held() {
        return held;
    }

    /** Whether the verifier has all of a part that was said so far, or will before what is said next. */
    boolean isSettled(String part) {
        return !wholes.containsKey(part);
    }

    /** What the verifier says is applied; nothing that goes back, and nothing that it has not been sent. */
    void acknowledge(long revision) {
        if (revision <= sent) {
            acknowledged = Math.max(acknowledged, revision);
        }
    }

    /** May be asked by any thread. */
    long acknowledged() {
        return acknowledged;
    }

    /** A part is asked for. May be called by any thread. */
    void loading() {
        loading.incrementAndGet();
    }

    /** A part that was asked for is sent, or on its way. */
    void loaded() {
        loading.decrementAndGet();
    }

    boolean isLoading() {
        return loading.get() > 0;
    }

    /** A message is dealt with, so one more may come. Who says more than that is read from no faster. */
    void heard() {
        heard++;
        if (heard < AT_ONCE || ended) {
            return;
        }
        heard = 0;
        try {
            stream.request(AT_ONCE);
        } catch (RuntimeException e) {
            LOG.debug("a watcher's stream broke", e);
            leave();
        }
    }

    /** A ping that cannot be answered yet. */
    void keep(ByteString nonce) {
        early.add(nonce);
    }

    List<ByteString> takeKept() {
        List<ByteString> kept = List.copyOf(early);
        early.clear();
        return kept;
    }

    /** @param revision the newest of which the message tells */
    void send(WatchResponse message, long revision) {
        add(waiting, new Outgoing(message, revision, false, false));
    }

    /**
     * Sends what the verifier asked for with a message of its own, which is dealt with once that is sent: whoever does not
     * take its answers is read from no further, so that no more of them wait here than it may say ahead.
     *
     * @param revision the newest of which the message tells
     */
    void answer(WatchResponse message, long revision) {
        add(waiting, new Outgoing(message, revision, false, true));
    }

    /** Sends changes of a part, behind its pieces where those are under way. */
    void sendChanges(String part, WatchResponse message, long revision) {
        add(wholes.getOrDefault(part, waiting), new Outgoing(message, revision, false, false));
    }

    /** Sends a part as a whole, in place of what waits of it. */
    void sendWhole(TrustPart part, List<WatchResponse> pieces) {
        dropLane(part.id());
        Queue<Outgoing> lane = new ArrayDeque<>(pieces.size());
        pieces.forEach(piece -> lane.add(new Outgoing(piece, part.revision(), true, false)));
        wholes.put(part.id(), lane);
        flush();
    }

    private void add(Queue<Outgoing> lane, Outgoing outgoing) {
        if (ended) {
            return;
        }
        lane.add(outgoing);
        queued++;
        if (queued > LONGEST_QUEUE) {
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
            while (!ended && stream.isReady()) {
                Outgoing next = next();
                if (next == null) {
                    break;
                }
                sent = Math.max(sent, next.revision());
                stream.onNext(next.message());
                if (next.answers()) {
                    heard();
                }
            }
            if (stream.isCancelled()) {
                leave();
            }
        } catch (RuntimeException e) {
            LOG.debug("a watcher's stream broke", e);
            leave();
        }
    }

    private @Nullable Outgoing next() {
        Outgoing next = waiting.poll();
        Iterator<Queue<Outgoing>> lanes = wholes.values().iterator();
        if (next == null && lanes.hasNext()) {
            Queue<Outgoing> lane = lanes.next();
            next = lane.poll();
            if (lane.isEmpty()) {
                lanes.remove();
            }
        }
        if (next != null && !next.piece()) {
            queued--;
        }
        return next;
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

    /** Whether nothing can be sent any more, although that was not noticed by sending yet. */
    boolean isGone() {
        return ended || stream.isCancelled();
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
        wholes.clear();
        queued = 0;
    }
}
