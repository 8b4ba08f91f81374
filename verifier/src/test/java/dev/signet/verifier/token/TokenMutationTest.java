package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jwt.SignedJWT;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import java.text.ParseException;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands of damaged tokens, by seeded randomness. Whatever is accepted here, nimbus-jose-jwt accepts too, and
 * reads the same claims from it: so strictness has no gap through which another reader would see another token.
 */
class TokenMutationTest {
    private static final String JSON = "{}[]\",:\\0123456789.-+eEtrufalsn \t\n\u0000\u007f\u00c3\u00a9\u00ff/u";
    private static final String TEXT = "ABCXYZabcxyz0189-_.=+/ \n";

    private static final List<Kind> KINDS = List.of(Kind.values());

    /** Nobody without the private key changes a token: hardly anything is accepted, and that with the same claims. */
    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void aDamagedTextIsNeverAnotherToken(Algorithm algorithm) throws ParseException {
        TestKey key = TestKey.shared(algorithm);
        Random random = new Random(1);
        String good = TestTokens.of(Kind.WORKSPACE).signedBy(key).sign();
        Claims claims = accepted(key, good);
        for (int i = 0; i < 4000; i++) {
            String damaged = damaged(random, good, TEXT);
            Claims read = accepted(key, damaged);
            if (read != null) {
                assertEquals(claims, read);
                assertAgrees(key, damaged, read);
            }
        }
    }

    /** Not even its owner can sign what two readers would read differently. */
    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ES256", "EDDSA"})
    void aSignedOddityIsReadAsOthersReadIt(Algorithm algorithm) throws ParseException {
        TestKey key = TestKey.shared(algorithm);
        int acceptances =
                oddities(key, new Random(2), 3000, header -> header) + oddities(key, new Random(3), 500, null);
        assertTrue(acceptances > 50, "only " + acceptances + " were accepted, so little was compared");
    }

    /** Signs damaged payloads, and damaged headers too where {@code header} is null. */
    private static int oddities(TestKey key, Random random, int count, @Nullable UnaryOperator<String> header)
            throws ParseException {
        int acceptances = 0;
        for (int i = 0; i < count; i++) {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            TestTokens token = TestTokens.of(kind)
                    .signedBy(key)
                    .with("aud", random.nextBoolean() ? "signet" : List.of("signet", "b"))
                    .with("note", "caf\u00e9 \"quoted\"");
            String head = token.headerJson();
            String damagedHead = header == null ? damaged(random, head, JSON) : header.apply(head);
            String payload = new String(token.payloadJson().getBytes(UTF_8), ISO_8859_1);
            String damagedPayload = damaged(random, payload, JSON);
            String text = TestTokens.sign(key, damagedHead.getBytes(ISO_8859_1), damagedPayload.getBytes(ISO_8859_1));
            Claims read = accepted(key, text);
            if (read != null) {
                acceptances++;
                assertAgrees(key, text, read);
            }
        }
        return acceptances;
    }

    private static @Nullable Claims accepted(TestKey key, String text) {
        try {
            CompactToken token = TokenCodec.read(text);
            if (!token.header().keyId().equals(key.id())) {
                return null;
            }
            VerifiedToken verified = token.verifiedWith(TestTrust.publicHalf(key));
            return verified == null ? null : verified.claims();
        } catch (MalformedToken | UnsupportedAlgorithm e) {
            return null;
        }
    }

    private static void assertAgrees(TestKey key, String text, Claims read) throws ParseException {
        SignedJWT other = SignedJWT.parse(text);
        assertTrue(key.accepts(other.getSigningInput(), other.getSignature().decode()), text);
        assertEquals(
                key.algorithm().headerName(), other.getHeader().getAlgorithm().getName());
        assertEquals(key.id(), other.getHeader().getKeyID());
        assertEquals(Header.TYPE, other.getHeader().getType().getType());

        Nimbus.assertReads(other.getJWTClaimsSet(), read);
    }

    /** One to three replacements, insertions, removals, repetitions or swaps. */
    private static String damaged(Random random, String text, String alphabet) {
        StringBuilder damaged = new StringBuilder(text);
        for (int change = random.nextInt(3); change >= 0 && damaged.length() > 1; change--) {
            int at = random.nextInt(damaged.length());
            int end = Math.min(damaged.length(), at + 1 + random.nextInt(8));
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            switch (random.nextInt(6)) {
                case 0 -> damaged.setCharAt(at, other);
                case 1 -> damaged.insert(at, other);
                case 2 -> damaged.deleteCharAt(at);
                case 3 -> damaged.delete(at, end);
                case 4 -> damaged.insert(random.nextInt(damaged.length()), damaged.substring(at, end));
                default -> damaged.setCharAt(at, (char) (damaged.charAt(at) ^ 1 << random.nextInt(7)));
            }
        }
        return damaged.toString();
    }
}
