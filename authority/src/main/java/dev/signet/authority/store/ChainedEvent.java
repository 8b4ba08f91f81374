package dev.signet.authority.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * An event in its place in the log.
 *
 * @param sequence its place, from 1
 * @param hash over the hash before and everything in the event, in hex
 */
public record ChainedEvent(long sequence, AuditEvent event, String hash) {
    /** The hash before the first event. */
    public static final String GENESIS = "0".repeat(64);

    /** The event as it follows on another. */
    static ChainedEvent after(long sequence, String hash, AuditEvent event) {
        return new ChainedEvent(sequence + 1, event, hashOf(sequence + 1, hash, event));
    }

    /** Whether the event is what its hash says, after that other hash. */
    public boolean follows(String previousHash) {
        return hash.equals(hashOf(sequence, previousHash, event));
    }

    /** Each field with its length before it, so that no two events read the same. */
    private static String hashOf(long sequence, String previousHash, AuditEvent event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String field : new String[] {
                previousHash,
                Long.toString(sequence),
                event.organization(),
                event.time().toString(),
                event.actor(),
                event.action(),
                event.resource(),
                event.outcome(),
                event.address()
            }) {
                byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
                digest.update(new byte[] {
                    (byte) (bytes.length >>> 24),
                    (byte) (bytes.length >>> 16),
                    (byte) (bytes.length >>> 8),
                    (byte) bytes.length
                });
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not to be had", e);
        }
    }
}
