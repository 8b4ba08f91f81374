package dev.signet.verifier.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.HeapSize;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.trust.TrustPart;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What revocations take up, in memory and on the wire. */
class RevocationSizeTest {
    private static final int LARGEST_ON_THE_WIRE = 1_000_000;
    private static final double MOST_BYTES_EACH = 1.3;

    @Test
    void aMillionOfTenMillionFitsIntoAMegabyte() {
        RevokedTenth tenth = new RevokedTenth(1);
        byte[] serialized = tenth.serialized();
        byte[] deflated = RevokedTenth.deflated(serialized);
        assertTrue(deflated.length <= LARGEST_ON_THE_WIRE, () -> deflated.length + " bytes");
        assertSmall(tenth.part.revoked());
        TrustPart read = RevokedTenth.read(RevokedTenth.inflated(deflated, serialized.length));
        assertEquals(tenth.part, read);
        assertSmall(((OrganizationTrust) read).revoked());
    }

    @Test
    void theListIsAsSmallWhenItGrewOneByOne() {
        RevokedTenth tenth = new RevokedTenth(1);
        OrganizationTrust part = tenth.part;
        for (int i = 0; i < 200; i++) {
            part = part.after(new TrustChange.Revoked(Indexes.of(i * 50_000 + 1)), 1);
        }
        part.digest();
        assertSmall(part.revoked());
    }

    /** Nothing but a bit a token is held in the worst case, and what is forgotten is given back. */
    @Test
    void theListIsBoundedByTheTokensThatThereEverWereAndShrinks() {
        int tokens = 1 << 22;
        Indexes everyOther =
                Indexes.of(IntStream.range(0, tokens / 2).map(i -> 2 * i).toArray());
        assertTrue(HeapSize.of(everyOther) <= tokens / 8.0 * 1.01, () -> HeapSize.of(everyOther) + " bytes");
        Indexes all = Indexes.of(IntStream.range(0, tokens).toArray());
        assertTrue(HeapSize.of(all) <= 10_000, () -> HeapSize.of(all) + " bytes");
        OrganizationTrust part = new RevokedTenth(1).part;
        Indexes first = Indexes.of(IntStream.range(0, 9_000_000).toArray());
        OrganizationTrust left = part.after(new TrustChange.Forgotten(first, Set.of()), 1);
        assertTrue(
                HeapSize.of(left.revoked()) < HeapSize.of(part.revoked()) / 9,
                () -> HeapSize.of(left.revoked()) + " bytes");
    }

    private static void assertSmall(Indexes revoked) {
        double each = (double) HeapSize.of(revoked) / revoked.size();
        assertTrue(each <= MOST_BYTES_EACH, () -> each + " bytes a revocation");
        assertTrue(each > 1, () -> each + " bytes a revocation: not all was counted");
    }
}
