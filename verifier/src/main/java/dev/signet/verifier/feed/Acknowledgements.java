package dev.signet.verifier.feed;

import dev.signet.v1.Ack;
import org.jspecify.annotations.Nullable;

/**
 * Up to where one connection may acknowledge. Used by one thread.
 *
 * <p>An acknowledged revision says that every change up to it, of all parts watched, is applied. What a stream brings
 * first does not tell as much: snapshots and missed changes come part by part, so when one part has reached a revision,
 * another may still lack an older change. The first pong ends that, as it comes after everything up to its head. From
 * there on changes come in the order of revisions over all parts, and the last one applied stands for those before it,
 * until a part lacks a change.
 */
final class Acknowledgements {
    /** Everything up to here is applied; 0 until a pong has told so. */
    private long complete;

    private long acknowledged;

    /** A pong came, and no part lacks anything. */
    void confirmed(long head) {
        complete = Math.max(complete, head);
    }

    void applied(long revision) {
        if (complete > 0) {
            complete = Math.max(complete, revision);
        }
    }

    /** Something is lacking: nothing new is complete until a pong tells so. */
    void startOver() {
        complete = 0;
    }

    /** Another history has begun, whose revisions do not compare with those of the old one. */
    void startHistoryOver() {
        complete = 0;
        acknowledged = 0;
    }

    boolean due() {
        return complete > acknowledged;
    }

    /** What there is to acknowledge, which then counts as said; null where nothing is new. */
    @Nullable
    Ack next() {
        if (!due()) {
            return null;
        }
        acknowledged = complete;
        return Ack.newBuilder().setRevision(complete).build();
    }
}
