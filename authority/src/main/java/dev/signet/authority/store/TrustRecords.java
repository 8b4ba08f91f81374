package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustPart;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The log of trust changes. A part of the trust state is what its changes, applied in order, make of nothing. */
public interface TrustRecords {

    /** The last revision of all; 0 where nothing ever changed. */
    long head();

    /** Changes of all parts after a revision, in order. */
    List<RecordedChange> after(long revision, int limit);

    /** Changes of one part after a revision, in order. */
    List<RecordedChange> of(String part, long revision, int limit);

    /**
     * Values whose grants were read before this revision are refused.
     *
     * @param part an organization's id, or empty for the installation's, which counts for all
     */
    long epoch(String part);

    /** The revision of every part that ever changed. */
    Map<String, Long> revisions();

    /**
     * A part as its changes up to its revision made it, kept some time ago; its freshness says nothing. Empty where
     * none was kept, or it is damaged: all the changes are still there.
     */
    Optional<TrustPart> checkpoint(String part);

    /** Keeps a part in place of the one that was kept before, unless that is newer. */
    void keepCheckpoint(TrustPart part);

    /** Ids of the parts that have so many changes or more since what was last kept of them. */
    List<String> checkpointsDue(int changes);
}
