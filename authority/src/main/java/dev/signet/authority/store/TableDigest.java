package dev.signet.authority.store;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * What a table holds, in short: it is against accidents, not against whoever looks for two tables with the same.
 *
 * @param rows how many
 * @param sha256 the sum of the SHA-256 of all rows, modulo 2^256, in hex; whatever their order, as databases do not agree
 *     on that of texts
 */
record TableDigest(long rows, String sha256) {

    static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is not to be had", e);
        }
    }

    static final class Builder {
        private static final BigInteger MODULUS = BigInteger.ONE.shiftLeft(256);

        private final MessageDigest digest = newDigest();
        private BigInteger sum = BigInteger.ZERO;
        private long rows;

        void add(byte[] row) {
            sum = sum.add(new BigInteger(1, digest.digest(row))).mod(MODULUS);
            rows++;
        }

        TableDigest build() {
            return new TableDigest(rows, String.format(Locale.ROOT, "%064x", sum));
        }
    }
}
