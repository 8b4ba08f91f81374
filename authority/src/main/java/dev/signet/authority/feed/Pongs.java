package dev.signet.authority.feed;

import com.google.protobuf.ByteString;
import dev.signet.v1.PartDigest;
import dev.signet.v1.WatchResponse;
import dev.signet.verifier.feed.PartDigests;
import dev.signet.verifier.trust.TrustPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Says to a watcher how each of its parts stands. Used by the publisher's thread only. */
final class Pongs {
    private final Statements statements;
    private final Function<String, @Nullable TrustPart> parts;
    private final PartDigests digests = new PartDigests();

    /** @param parts a part as it stands at the head that pongs name; null where there is none */
    Pongs(Statements statements, Function<String, @Nullable TrustPart> parts) {
        this.statements = statements;
        this.parts = parts;
    }

    /**
     * Answers a ping. A part is left out while the watcher does not have it yet.
     *
     * @param watched the ids of all parts that it watches
     * @param head asked last, as looking at the parts may move it on
     */
    WatchResponse answer(
            Watcher watcher, Collection<String> watched, ByteString nonce, LongSupplier head, Instant now) {
        List<PartDigest> settled = new ArrayList<>();
        boolean complete = true;
        for (String id : watched) {
            TrustPart part = parts.apply(id);
            if (part != null && watcher.isSettled(id)) {
                settled.add(digests.of(part));
            } else if (part != null) {
                complete = false;
            }
        }
        return statements.pong(nonce, head.getAsLong(), now, settled, complete);
    }
}
