package dev.signet.verifier.feed;

import com.google.protobuf.ByteString;
import dev.signet.v1.PartDigest;
import dev.signet.verifier.trust.TrustPart;
import java.util.HashMap;
import java.util.Map;

/** Digests of parts, each computed once for a revision. Used by one thread. */
public final class PartDigests {
    private final Map<String, PartDigest> known = new HashMap<>();

    /** The part as it stands. Of two states with the same revision, the first is remembered until {@link #forget}. */
    public PartDigest of(TrustPart part) {
        PartDigest digest = known.get(part.id());
        if (digest == null || digest.getRevision() != part.revision()) {
            digest = PartDigest.newBuilder()
                    .setPart(part.id())
                    .setRevision(part.revision())
                    .setDigest(ByteString.copyFrom(part.digest().toByteArray()))
                    .build();
            known.put(part.id(), digest);
        }
        return digest;
    }

    /** The part was replaced, or let go. */
    public void forget(String part) {
        known.remove(part);
    }

    void forgetAll() {
        known.clear();
    }
}
