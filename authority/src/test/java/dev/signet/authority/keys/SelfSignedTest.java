package dev.signet.authority.keys;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.authority.SeededRandom;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.CryptoProvider;
import java.security.KeyPair;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SelfSignedTest {
    private static final int CONSTRUCTED = 0x20;

    /** With names that bring each part of it over the lengths where their writing changes. */
    @ParameterizedTest
    @EnumSource
    void aCertificateIsDerWhateverItsLength(Algorithm algorithm) throws Exception {
        KeyPair pair = KeyPairs.generate(algorithm, null, new SeededRandom(1));
        for (int length :
                new int[] {1, 43, 117, 118, 119, 125, 126, 127, 128, 129, 244, 245, 246, 254, 255, 256, 300}) {
            String name = "n".repeat(length);
            Signature signature = CryptoProvider.chosen().signature(algorithm);
            signature.initSign(pair.getPrivate());
            X509Certificate certificate = SelfSigned.of(name, algorithm, pair.getPublic(), signature);
            assertEquals("CN=" + name, certificate.getSubjectX500Principal().getName());
            assertEquals("CN=" + name, certificate.getIssuerX500Principal().getName());
            assertEquals(Instant.EPOCH, certificate.getNotBefore().toInstant());
            assertEquals(
                    Instant.parse("9999-12-31T23:59:59Z"),
                    certificate.getNotAfter().toInstant());
            assertEquals(
                    pair.getPublic(),
                    CryptoProvider.chosen().keyFactory(algorithm).translateKey(certificate.getPublicKey()));
            byte[] encoded = certificate.getEncoded();
            assertDer(encoded, 0, encoded.length);
        }
    }

    /** A sequence of values, each with the shortest length that tells where it ends (X.690 section 10.1). */
    private static void assertDer(byte[] der, int from, int to) {
        int at = from;
        while (at < to) {
            int tag = der[at++];
            int length = der[at++] & 0xff;
            if (length == 0x81) {
                length = der[at++] & 0xff;
                assertTrue(length > 0x7f, "a length that is too long");
            } else if (length == 0x82) {
                length = ((der[at++] & 0xff) << 8) | (der[at++] & 0xff);
                assertTrue(length > 0xff, "a length that is too long");
            }
            if ((tag & CONSTRUCTED) != 0) {
                assertDer(der, at, at + length);
            }
            at += length;
        }
        assertEquals(to, at);
    }
}
