package dev.signet.authority.store;

import dev.signet.verifier.trust.TrustPart;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps parts as they were, and gives back only what is still that. */
record JdbcCheckpoints(Handle handle, ChangeCodec codec) {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcCheckpoints.class);
    private static final int PIECE = 1 << 19;

    Optional<TrustPart> find(String part) {
        ByteArrayOutputStream state = new ByteArrayOutputStream();
        Set<String> digests = handle.createQuery(
                        "SELECT digest, state FROM trust_checkpoint WHERE part = :part ORDER BY piece")
                .bind("part", part)
                .map((row, context) -> {
                    state.writeBytes(row.getBytes("state"));
                    return row.getString("digest");
                })
                .set();
        if (digests.isEmpty()) {
            return Optional.empty();
        }
        Optional<TrustPart> read = read(state.toByteArray())
                .filter(kept -> kept.id().equals(part)
                        && digests.equals(Set.of(kept.digest().toString()))
                        && isRecorded(part, kept.revision()));
        if (read.isEmpty()) {
            LOG.warn("the checkpoint of part '{}' is damaged and not used", part);
        }
        return read;
    }

    private Optional<TrustPart> read(byte[] state) {
        try {
            return Optional.of(codec.decodePart(state));
        } catch (RuntimeException e) {
            // Whatever is wrong with it: the changes themselves are still there.
            return Optional.empty();
        }
    }

    /** Whether it can be of this history. */
    private boolean isRecorded(String part, long revision) {
        return handle.createQuery("SELECT revision FROM trust_change WHERE revision = :revision AND part = :part")
                .bind("revision", revision)
                .bind("part", part)
                .mapTo(Long.class)
                .findOne()
                .isPresent();
    }

    void keep(TrustPart part) {
        long present = handle.createQuery("SELECT COALESCE(MAX(revision), 0) FROM trust_checkpoint WHERE part = :part")
                .bind("part", part.id())
                .mapTo(Long.class)
                .one();
        // One of the same revision is replaced: it may be damaged.
        if (present > part.revision()) {
            return;
        }
        remove(part.id());
        byte[] state = codec.encode(part);
        String digest = part.digest().toString();
        for (int piece = 0; piece * PIECE < state.length; piece++) {
            handle.createUpdate("INSERT INTO trust_checkpoint (part, piece, revision, digest, state) "
                            + "VALUES (:part, :piece, :revision, :digest, :state)")
                    .bind("part", part.id())
                    .bind("piece", piece)
                    .bind("revision", part.revision())
                    .bind("digest", digest)
                    .bind(
                            "state",
                            Arrays.copyOfRange(state, piece * PIECE, Math.min(state.length, (piece + 1) * PIECE)))
                    .execute();
        }
    }

    private void remove(String part) {
        handle.createUpdate("DELETE FROM trust_checkpoint WHERE part = :part")
                .bind("part", part)
                .execute();
    }

    List<String> due(int changes) {
        // Of each part, no more changes are counted than matter; and where the revisions are too close, none.
        return handle.createQuery("SELECT p.part FROM trust_part p LEFT JOIN trust_checkpoint k "
                        + "ON k.part = p.part AND k.piece = 0 "
                        + "WHERE p.revision >= COALESCE(k.revision, 0) + :changes "
                        + "AND EXISTS (SELECT c.revision FROM trust_change c WHERE c.part = p.part "
                        + "AND c.revision > COALESCE(k.revision, 0) ORDER BY c.part, c.revision "
                        + "OFFSET :before ROWS FETCH FIRST 1 ROWS ONLY) ORDER BY p.part")
                .bind("before", changes - 1)
                .bind("changes", changes)
                .mapTo(String.class)
                .list();
    }
}
