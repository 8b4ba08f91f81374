package dev.signet.verifier.feed;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Ack;
import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.Load;
import dev.signet.v1.PartRevision;
import dev.signet.v1.Pong;
import dev.signet.v1.Release;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.Statement;
import dev.signet.v1.Subscribe;
import dev.signet.v1.VerificationKey;
import dev.signet.v1.WatchRequest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.AuthorityLink.Requests;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.TrustPart;
import java.time.Duration;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One connection, from Subscribe to whatever ends it: believes what is signed, asks how far the ledger is, tells what is
 * applied. Everything happens on the feed's thread.
 */
final class FeedConnection implements AuthorityLink.Responses {
    private static final System.Logger LOG = System.getLogger(FeedConnection.class.getName());
    private static final int PINGS_PER_STALENESS = 10;
    static final int MISSES_ALLOWED = 2;
    /** Of more parts it is not said that they are held; they come as a whole. The authority takes 1 MiB at once. */
    static final int MOST_HELD = 20_000;

    private final TrustFeed feed;
    private final Replica replica;
    private final Pings pings;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private @Nullable Requests requests;
    private boolean subscribed;
    private @Nullable VerificationKey feedKey;
    private boolean ackScheduled;
    /** Of these the answers tell nothing of what was asked for since. */
    private int pingsBeforeLoad;

    FeedConnection(TrustFeed feed, Replica replica, Pings pings) {
        this.feed = feed;
        this.replica = replica;
        this.pings = pings;
    }

    /** To be called before anything else. */
    void opened(Requests requests) {
        this.requests = requests;
    }

    @Override
    public void ready() {
        feed.on(this, this::subscribeOnce);
    }

    @Override
    public void message(WatchResponse message) {
        feed.on(this, () -> {
            receive(message);
            if (requests != null) {
                requests.more();
            }
        });
    }

    @Override
    public void ended(io.grpc.Status status) {
        feed.on(this, () -> feed.ended(status));
    }

    void cancel(String why) {
        if (requests != null) {
            requests.cancel(why);
        }
    }

    /** Asks for a part as a whole; its pong is asked for when it is here. */
    void load(String part) {
        if (subscribed) {
            // From here on the part's changes may come behind those of others that are newer.
            acknowledgements.startOver();
            pingsBeforeLoad = pings.sent();
            send(WatchRequest.newBuilder().setLoad(Load.newBuilder().setPart(part)));
        }
    }

    void release(String part) {
        if (subscribed) {
            send(WatchRequest.newBuilder().setRelease(Release.newBuilder().setPart(part)));
        }
    }

    private void subscribeOnce() {
        if (subscribed) {
            return;
        }
        subscribed = true;
        Subscribe.Builder subscribe = feed.subscribe().setLedgerId(replica.ledgerId());
        // The installation first.
        new TreeMap<>(replica.revisions())
                .entrySet().stream()
                        .limit(MOST_HELD)
                        .forEach(held -> subscribe.addHeld(
                                PartRevision.newBuilder().setPart(held.getKey()).setRevision(held.getValue())));
        send(WatchRequest.newBuilder().setSubscribe(subscribe));
        ping();
        // Those that are held are subscribed to above; the others were never heard of on any connection.
        feed.missing().forEach(this::load);
    }

    private void receive(WatchResponse message) {
        switch (message.getMessageCase()) {
            case WELCOME -> {
                VerificationKey welcomed = message.getWelcome().getFeedKey();
                if (feed.keys().accepts(welcomed)) {
                    feedKey = welcomed;
                } else {
                    feed.lose("the authority's feed key is not the one that is pinned here");
                }
            }
            case SIGNED -> {
                Statement statement = believed(message.getSigned());
                if (statement == null) {
                    feed.lose("a statement is not signed with the feed key");
                } else {
                    take(statement, message.getSigned());
                }
            }
            case NOT_WATCHED -> {
                String part = message.getNotWatched().getPart();
                // It is not signed: where nobody asked, nobody need know.
                if (feed.needs(part) || replica.isAwaited(part)) {
                    feed.refused(part);
                }
            }
            case MESSAGE_NOT_SET -> throw new IllegalArgumentException("a message of an unknown kind");
        }
    }

    private @Nullable Statement believed(SignedStatement signed) {
        ByteString bytes = signed.getStatement();
        if (feedKey == null
                || !feed.keys()
                        .verifies(
                                SignedStatements.input(bytes),
                                signed.getSignature().toByteArray())) {
            return null;
        }
        try {
            return Statement.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("a signed statement that cannot be read", e);
        }
    }

    private void take(Statement statement, SignedStatement signed) {
        String ledgerId = statement.getLedgerId();
        switch (statement.getStatementCase()) {
            case SNAPSHOT -> take(statement.getSnapshot(), ledgerId);
            case CHANGES -> apply(statement.getChanges(), ledgerId);
            case PONG -> answered(statement.getPong(), ledgerId, signed);
            case STATEMENT_NOT_SET -> throw new IllegalArgumentException("a statement of an unknown kind");
        }
    }

    private void take(SnapshotChunk piece, String ledgerId) {
        if (replica.isReleased(piece.getPart())) {
            return;
        }
        if (replica.isForeign(ledgerId)) {
            replica.begin(ledgerId);
            acknowledgements.startHistoryOver();
            pings.startHistoryOver();
        }
        if (SnapshotPieces.isTooLarge(piece) && !piece.getPart().equals(TrustPart.INSTALLATION)) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "part ''{0}'' is too large to be held here: tokens of that organization are refused",
                    piece.getPart());
            feed.refused(piece.getPart());
            return;
        }
        if (replica.take(piece)) {
            // It may have come behind the last pong, and is of use only once it is known to be fresh.
            pingSoon();
        }
    }

    private void apply(Changes changes, String ledgerId) {
        if (replica.isForeign(ledgerId)) {
            throw new IllegalArgumentException("changes of a history that has not begun");
        }
        if (replica.isReleased(changes.getPart())) {
            return;
        }
        if (!replica.apply(changes)) {
            heal(changes.getPart(), "a change is missing before revision " + last(changes));
            return;
        }
        acknowledgements.applied(last(changes));
        acknowledgeSoon();
        if (changes.getChangesList().stream().map(Change::getChange).anyMatch(change -> change.hasPolicyChanged())) {
            // A smaller bound wants pings at a quicker pace, and the next one may be too late for it.
            pingSoon();
        }
    }

    private static long last(Changes changes) {
        return changes.getChanges(changes.getChangesCount() - 1).getRevision();
    }

    private void heal(String part, String why) {
        acknowledgements.startOver();
        if (replica.await(part)) {
            LOG.log(System.Logger.Level.WARNING, "part ''{0}'' is asked for as a whole: {1}", part, why);
            load(part);
        }
    }

    private void answered(Pong pong, String ledgerId, SignedStatement signed) {
        Pings.Sent sent = pings.answered(pong.getNonce());
        if (sent == null) {
            return;
        }
        // Compared with what was held when the ping left: the head was read later than that.
        if (replica.isForeign(ledgerId) || pong.getHead() < sent.newestHeld()) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "the authority''s ledger went back: its head is {0}, revision {1} is held here",
                    String.valueOf(pong.getHead()),
                    String.valueOf(sent.newestHeld()));
            return;
        }
        pings.forgetBefore(sent);
        Freshness.Measured asOf = sent.at().answered(TrustCodec.millis(pong.getAuthorityTime()));
        Replica.Confirmed confirmed = replica.confirm(pong, asOf);
        for (String part : confirmed.different()) {
            heal(
                    part,
                    "it is not what the authority has at revision " + pong.getHead() + "; differences so far: "
                            + replica.differences());
        }
        if (feedKey != null && confirmed.all()) {
            replica.keep(feed.kept(), feedKey, signed, sent, confirmed.equal());
        }
        boolean current = confirmed.all() && pong.getComplete();
        if (confirmed.all() && sent.number() > pingsBeforeLoad) {
            acknowledgements.confirmed(pong.getHead());
            acknowledgeSoon();
        }
        feed.confirmed(pong, current);
    }

    /** Behind the events that wait already: one acknowledgement for all that they bring. */
    private void acknowledgeSoon() {
        if (!ackScheduled && acknowledgements.due()) {
            ackScheduled = true;
            feed.on(this, this::acknowledge);
        }
    }

    private void acknowledge() {
        ackScheduled = false;
        Ack ack = acknowledgements.next();
        if (ack != null) {
            send(WatchRequest.newBuilder().setAck(ack));
        }
    }

    /** At once, unless one is on its way, whose answer will tell as much. */
    private void pingSoon() {
        if (pings.areAnswered()) {
            ping();
        } else {
            stepToPing();
        }
    }

    private void ping() {
        if (pings.unanswered() >= MISSES_ALLOWED) {
            feed.lose("the authority does not answer pings");
            return;
        }
        send(WatchRequest.newBuilder()
                .setPing(pings.next(feed.now(), feed.kept().now(), replica.newestRevision())));
        // With the pings, as they tell that the stream is alive; a report that is lost with it is not repeated.
        feed.usage().forEach(usage -> send(WatchRequest.newBuilder().setUsage(usage)));
        stepToPing();
    }

    private void stepToPing() {
        feed.step(this, this::ping, feed.jittered(pingIntervals(1, feed.staleness())));
    }

    /** How long a connection may take to get ready. */
    static Duration patience(Duration staleness) {
        return pingIntervals(MISSES_ALLOWED, staleness);
    }

    /** The time in which so many pings are sent. In nanoseconds, as a duration divides itself by way of BigDecimal. */
    private static Duration pingIntervals(int count, Duration staleness) {
        return Duration.ofNanos(staleness.toNanos() / PINGS_PER_STALENESS * count);
    }

    private void send(WatchRequest.Builder message) {
        if (requests != null) {
            requests.send(message.build());
        }
    }
}
