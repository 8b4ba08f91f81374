package dev.signet.verifier.verify;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.signet.v1.Snapshot;
import dev.signet.verifier.feed.TrustCodec;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.VerificationKeys;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.io.ByteArrayOutputStream;
import java.util.BitSet;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** An organization with ten million tokens, of which one million, at random, is revoked: the worst density there is. */
final class RevokedTenth {
    static final int TOKENS = 10_000_000;
    static final int REVOKED = 1_000_000;

    private static final TrustCodec CODEC = new TrustCodec(new VerificationKeys());

    final BitSet bits = new BitSet(TOKENS);
    final OrganizationTrust part;

    RevokedTenth(long revision) {
        Random random = new Random(20260301);
        while (bits.cardinality() < REVOKED) {
            // Counted once for many, as counting reads all bits.
            for (int missing = REVOKED - bits.cardinality(); missing > 0; missing--) {
                int index = random.nextInt(TOKENS);
                if (index != TestTokens.STATUS_INDEX) {
                    bits.set(index);
                }
            }
        }
        Indexes indexes = Indexes.of(bits.stream().toArray());
        part = OrganizationTrust.unchanged(TestTokens.ORGANIZATION, revision, Freshness.NEVER)
                .after(new TrustChange.Revoked(indexes), revision);
    }

    /** The part as a snapshot carries it. */
    byte[] serialized() {
        return CODEC.encode(part).toByteArray();
    }

    static byte[] deflated(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        while (!deflater.finished()) {
            deflated.write(buffer, 0, deflater.deflate(buffer));
        }
        deflater.end();
        return deflated.toByteArray();
    }

    static byte[] inflated(byte[] deflated, int size) {
        Inflater inflater = new Inflater();
        inflater.setInput(deflated);
        byte[] bytes = new byte[size];
        try {
            if (inflater.inflate(bytes) != size) {
                throw new AssertionError("another size");
            }
        } catch (DataFormatException e) {
            throw new AssertionError(e);
        } finally {
            inflater.end();
        }
        return bytes;
    }

    static TrustPart read(byte[] serialized) {
        try {
            return CODEC.decode(Snapshot.parseFrom(serialized));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }
}
