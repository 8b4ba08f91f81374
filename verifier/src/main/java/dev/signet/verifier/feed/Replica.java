package dev.signet.verifier.feed;

import dev.signet.v1.Change;
import dev.signet.v1.Changes;
import dev.signet.v1.PartDigest;
import dev.signet.v1.Pong;
import dev.signet.v1.SignedStatement;
import dev.signet.v1.SnapshotChunk;
import dev.signet.v1.VerificationKey;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.InstallationTrust;
import dev.signet.verifier.trust.TrustPart;
import dev.signet.verifier.trust.TrustPolicy;
import dev.signet.verifier.trust.TrustState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the authority's statements make of the trust state, over all connections. Used by one thread.
 *
 * <p>A part that lacks a change, or differs from the authority's, is <em>awaited</em>: it stays as it is and ages, until
 * the whole of it has come.
 */
final class Replica {
    private final TrustState state;
    private final TrustCodec codec;
    private final PartDigests digests = new PartDigests();
    private final Map<String, SnapshotPieces> arriving = new HashMap<>();
    private final Set<String> awaited = new HashSet<>();
    private final Set<String> released = new HashSet<>();
    private String ledgerId = "";
    /** Of the pong by which the installation is as fresh as it is. */
    private long confirmedHead;

    private long differences;

    Replica(TrustState state, TrustCodec codec) {
        this.state = state;
        this.codec = codec;
    }

    /** The history that {@link #revisions} belong to; empty before the first snapshot. */
    String ledgerId() {
        return ledgerId;
    }

    /** The revision of each part from which it can go on. */
    Map<String, Long> revisions() {
        Map<String, Long> revisions = state.revisions();
        revisions.keySet().removeAll(awaited);
        return revisions;
    }

    long newestRevision() {
        Collection<Long> revisions = state.revisions().values();
        return revisions.isEmpty() ? 0 : Collections.max(revisions);
    }

    /** How often a part differed from the authority's though it had the same revision. */
    long differences() {
        return differences;
    }

    /** Another connection: what was half sent begins anew, and so does what was asked for. */
    void startOver() {
        arriving.clear();
        released.clear();
    }

    /** Whether this is of another history than what is held. */
    boolean isForeign(String ledgerId) {
        return !this.ledgerId.equals(ledgerId);
    }

    /** Lets go of everything: what was held of the old history neither orders nor ages with the new one. */
    void begin(String ledgerId) {
        state.clear();
        digests.forgetAll();
        arriving.clear();
        awaited.clear();
        confirmedHead = 0;
        this.ledgerId = ledgerId;
    }

    /** Begins with what was kept on disk. */
    void restore(KeptTrust.Found found) {
        begin(found.ledgerId());
        confirmedHead = found.head();
        found.parts().forEach(state::replace);
        state.confirm(
                found.freshness(), found.parts().stream().map(TrustPart::id).collect(Collectors.toSet()));
    }

    /** Keeps what a pong has confirmed, but for what is only needed now and then. */
    void keep(KeptTrust kept, VerificationKey feedKey, SignedStatement pong, Pings.Sent sent, Set<String> confirmed) {
        Set<String> needed = state.needed().ids();
        List<TrustPart> parts = new ArrayList<>();
        for (String id : confirmed) {
            TrustPart part = needed.contains(id) ? null : state.held(id);
            if (part != null) {
                parts.add(part);
            }
        }
        kept.keep(feedKey, pong, sent, parts, codec, digests);
    }

    /**
     * Takes one piece of a part.
     *
     * @return whether the part is whole now
     * @throws IllegalArgumentException where it does not fit the pieces before
     */
    boolean take(SnapshotChunk piece) {
        String part = piece.getPart();
        if (piece.getIndex() == 0) {
            arriving.put(part, SnapshotPieces.of(piece));
        }
        SnapshotPieces pieces = arriving.get(part);
        if (pieces == null) {
            throw new IllegalArgumentException("a piece of a snapshot that never began");
        }
        pieces.take(piece);
        if (!pieces.isWhole()) {
            return false;
        }
        arriving.remove(part);
        TrustPart whole = codec.decode(pieces.join());
        if (!whole.id().equals(part) || whole.revision() != piece.getRevision()) {
            throw new IllegalArgumentException("a snapshot of another part");
        }
        state.replace(whole);
        digests.forget(part);
        awaited.remove(part);
        return true;
    }

    /**
     * Applies changes. A part that is not held begins with its first change, and is as fresh as the installation then; so
     * only with one that came after the head that tells how fresh that is. An older one was signed just as truly, and
     * whoever says it again may have left out all that came after it.
     *
     * @return false where the part is not held, or lacks a change before these
     */
    boolean apply(Changes changes) {
        for (Change change : changes.getChangesList()) {
            if (change.getRevision() <= confirmedHead && state.held(changes.getPart()) == null) {
                return false;
            }
            if (!state.apply(
                    changes.getPart(),
                    codec.decode(change.getChange()),
                    change.getRevision(),
                    change.getPreviousRevision())) {
                return false;
            }
        }
        return true;
    }

    /**
     * Compares and confirms.
     *
     * @param asOf when the ping was sent
     * @return what came of it
     */
    Confirmed confirm(Pong pong, Freshness.Measured asOf) {
        Set<String> equal = new HashSet<>();
        Set<String> different = new HashSet<>();
        for (PartDigest told : pong.getPartsList()) {
            TrustPart held = state.held(told.getPart());
            if (held == null || awaited.contains(told.getPart())) {
                continue;
            }
            if (digests.of(held).equals(told)) {
                equal.add(told.getPart());
            } else if (held.revision() <= told.getRevision()) {
                different.add(told.getPart());
            }
        }
        TrustPolicy policy = policyOf(equal);
        if (policy == null) {
            equal.clear();
        } else {
            state.confirm(asOf.under(policy), equal);
            if (equal.contains(TrustPart.INSTALLATION)) {
                confirmedHead = pong.getHead();
            }
        }
        differences += different.size();
        return new Confirmed(
                equal, different, equal.containsAll(state.revisions().keySet()));
    }

    /**
     * The policy that the pong bears out, as a larger maximum staleness counts only from then on: the present one where
     * the pong includes it, else the one that an earlier pong did.
     */
    private @Nullable TrustPolicy policyOf(Set<String> equal) {
        InstallationTrust installation = state.installation();
        if (installation == null || equal.contains(TrustPart.INSTALLATION)) {
            return installation == null ? null : installation.policy();
        }
        return installation.freshness() instanceof Freshness.Measured before ? before.policyThen() : null;
    }

    /**
     * What a pong said of the parts.
     *
     * @param equal those that are as fresh as the ping now
     * @param different those that are not what the authority has
     * @param all nothing is held that is not as fresh as the ping
     */
    record Confirmed(Set<String> equal, Set<String> different, boolean all) {}

    /** Holds nothing for fresh of a part until it has come as a whole; false where that is so already. */
    boolean await(String part) {
        released.remove(part);
        return awaited.add(part);
    }

    /** Whether the whole of a part was asked for, and has not come. */
    boolean isAwaited(String part) {
        return awaited.contains(part);
    }

    /** A part that nobody needs any more. */
    void release(String part) {
        awaited.remove(part);
        arriving.remove(part);
        digests.forget(part);
        released.add(part);
    }

    /** Whether what still comes of a part is of no use. */
    boolean isReleased(String part) {
        return released.contains(part);
    }
}
