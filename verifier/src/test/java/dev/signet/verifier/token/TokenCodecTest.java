package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.testkit.TestTrust;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCodecTest {
    private static final TestKey KEY = TestKey.shared(Algorithm.ES256);
    private static final TestTokens GOOD = TestTokens.of(Kind.WORKSPACE);
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    @ParameterizedTest
    @EnumSource(Algorithm.class)
    void theHeaderSaysAlgorithmAndKey(Algorithm algorithm) {
        TestKey key = TestKey.shared(algorithm);
        Header header = TokenCodec.read(GOOD.signedBy(key).sign()).header();
        assertEquals(new Header(algorithm, key.id()), header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"A", "AAAA", "_-09azAZ", "0123456789012345678901234567890123456789012345678901234567890123"})
    void everyTextOfTheAlphabetUpToItsLengthIsAKeyId(String keyId) {
        assertEquals(
                keyId,
                TokenCodec.read(GOOD.header("kid", keyId).sign()).header().keyId());
    }

    @Test
    void membersOfTheHeaderMayComeInAnyOrderAndWithSpace() {
        String header = "{ \"typ\":\"at+jwt\",\n\"kid\" : \"%s\", \"alg\":\"ES256\" }".formatted(KEY.id());
        assertNotNull(TokenCodec.read(TestTokens.sign(KEY, header, GOOD.payloadJson()))
                .verifiedWith(TestTrust.publicHalf(KEY)));
    }

    @Test
    void onlyOfAGoodTokenIsTheHeaderNotReadAgain() {
        String one = "{\"typ\":\"at+jwt\", \"kid\":\"%s\", \"alg\":\"ES256\"}".formatted(KEY.id());
        String other = one.replace(", ", ",  ");
        CompactToken good = TokenCodec.read(TestTokens.sign(KEY, one, GOOD.payloadJson()));
        assertNotNull(good.verifiedWith(TestTrust.publicHalf(KEY)));
        assertSame(
                good.header(), TokenCodec.read(TestTokens.sign(KEY, one, "{}")).header());

        String forged = TestTokens.sign(TestKey.fresh(KEY.id(), Algorithm.ES256), other, GOOD.payloadJson());
        CompactToken bad = TokenCodec.read(forged);
        assertNull(bad.verifiedWith(TestTrust.publicHalf(KEY)));
        assertEquals(bad.header(), TokenCodec.read(forged).header());
        assertNotSame(bad.header(), TokenCodec.read(forged).header());
        assertSame(
                good.header(), TokenCodec.read(TestTokens.sign(KEY, one, "{}")).header());
    }

    @Test
    void aHeaderThatBeginsOrEndsAsTheLastGoodOneIsReadForItself() {
        String text = GOOD.sign();
        assertNotNull(TokenCodec.read(text).verifiedWith(TestTrust.publicHalf(KEY)));
        String header = text.substring(0, text.indexOf('.'));
        String rest = text.substring(text.indexOf('.'));
        assertThrows(MalformedToken.class, () -> TokenCodec.read(rest));
        for (int i = 0; i < header.length(); i++) {
            String start = header.substring(0, i) + rest;
            String end = header.substring(i + 1) + rest;
            assertThrows(MalformedToken.class, () -> TokenCodec.read(start));
            assertThrows(MalformedToken.class, () -> TokenCodec.read(end));
            String longer = header + header.substring(0, i + 1) + rest;
            assertThrows(MalformedToken.class, () -> TokenCodec.read(longer));
        }
    }

    static Stream<TestTokens> headersWithAMemberTooMany() {
        return new TreeMap<String, Object>(Map.of(
                        "crit", List.of("exp"),
                        "jwk", Map.of("kty", "EC"),
                        "jku", "https://attacker.test/keys",
                        "x5u", "https://attacker.test/cert",
                        "x5c", List.of("MIIB"),
                        "x5t#S256", "abc",
                        "cty", "JWT",
                        "zip", "DEF",
                        "b64", true,
                        "Alg", "ES256"))
                .entrySet().stream().map(member -> GOOD.header(member.getKey(), member.getValue()));
    }

    static Stream<TestTokens> headersWithAWrongMember() {
        return Stream.of(
                GOOD.withoutHeader("alg"),
                GOOD.withoutHeader("kid"),
                GOOD.withoutHeader("typ"),
                GOOD.header("alg", null),
                GOOD.header("alg", 256),
                GOOD.header("alg", List.of("ES256")),
                GOOD.header("alg", Map.of()),
                GOOD.header("typ", "JWT"),
                GOOD.header("typ", "AT+JWT"),
                GOOD.header("typ", "application/at+jwt"),
                GOOD.header("typ", null),
                GOOD.header("typ", 1),
                GOOD.header("kid", null),
                GOOD.header("kid", 1),
                GOOD.header("kid", ""),
                GOOD.header("kid", "k".repeat(65)),
                GOOD.header("kid", "../../dev/null"),
                GOOD.header("kid", "https://attacker.test"),
                GOOD.header("kid", "k' OR '1'='1"),
                GOOD.header("kid", "a.b"),
                GOOD.header("kid", "k\u0000"),
                GOOD.header("kid", "k\n"),
                GOOD.header("kid", "k\u00e9"),
                GOOD.header("kid", "\u043a"));
    }

    @ParameterizedTest
    @MethodSource({"headersWithAMemberTooMany", "headersWithAWrongMember"})
    void aHeaderOfOtherMembersIsRefused(TestTokens forged) {
        assertThrows(MalformedToken.class, () -> TokenCodec.read(forged.sign()), forged::headerJson);
    }

    @Test
    void aHeaderThatNamesSomethingTwiceIsRefused() {
        String header = "{\"alg\":\"ES256\",\"kid\":\"k\",\"typ\":\"at+jwt\",\"\\u0061lg\":\"none\"}";
        assertThrows(MalformedToken.class, () -> TokenCodec.read(TestTokens.sign(KEY, header, "{}")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "null", "1", " {}", "{}x"})
    void aHeaderThatIsNoObjectIsRefused(String header) {
        assertThrows(MalformedToken.class, () -> TokenCodec.read(TestTokens.sign(KEY, header, "{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none", "None", "nOnE", "none ", "HS256", "ES384", "ES512", "ES256K", "RS384", "PS512", "Ed25519",
                "es256", "ES256 ", ""
            })
    void anyOtherAlgorithmIsUnsupported(String algorithm) {
        String text = GOOD.header("alg", algorithm).sign();
        assertThrows(UnsupportedAlgorithm.class, () -> TokenCodec.read(text));
    }

    @Test
    void theHeaderMustAgreeWithTheKey() {
        CompactToken token = TokenCodec.read(GOOD.header("alg", "EdDSA").sign());
        assertThrows(UnsupportedAlgorithm.class, () -> token.verifiedWith(TestTrust.publicHalf(KEY)));
        VerificationKey rs256 = TestTrust.publicHalf(TestKey.shared(Algorithm.RS256));
        CompactToken ps256 =
                TokenCodec.read(GOOD.signedBy(TestKey.shared(Algorithm.PS256)).sign());
        assertThrows(UnsupportedAlgorithm.class, () -> ps256.verifiedWith(rs256));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "...",
                "a",
                "a.b",
                "a.b.c.d",
                "a.b.c.d.e",
                ".b.c",
                "a..c",
                "a.b.",
                "{\"payload\":\"\"}",
                "\u0000",
            })
    void whatIsNotThreeSegmentsIsRefused(String text) {
        assertThrows(MalformedToken.class, () -> TokenCodec.read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "{}", ",", "\u0000"})
    void nothingFollowsTheJson(String more) {
        String header = GOOD.headerJson();
        String payload = GOOD.payloadJson();
        VerificationKey key = TestTrust.publicHalf(KEY);
        assertNotNull(TokenCodec.read(TestTokens.sign(KEY, header + " ", payload + " "))
                .verifiedWith(key));
        assertThrows(MalformedToken.class, () -> TokenCodec.read(TestTokens.sign(KEY, header + more, payload)));
        CompactToken token = TokenCodec.read(TestTokens.sign(KEY, header, payload + more));
        assertThrows(MalformedToken.class, () -> token.verifiedWith(key));
    }

    @Test
    void dotsAloneAreRefused() {
        assertThrows(MalformedToken.class, () -> TokenCodec.read(".".repeat(8192)));
        assertThrows(MalformedToken.class, () -> TokenCodec.read(GOOD.sign() + "."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=", "==", "+", "/", " ", "\n", "\t", "%", "\u0000", "\u00c1", "\uff21", "\u0410"})
    void foreignCharactersAreRefusedInEverySegment(String foreign) {
        String[] segments = segments(GOOD.sign());
        for (int i = 0; i < 3; i++) {
            String segment = segments[i];
            String replaced = segment.substring(0, 4) + foreign + segment.substring(4 + foreign.length());
            for (String other : List.of(replaced, segment + foreign, foreign + segment)) {
                String[] changed = segments.clone();
                changed[i] = other;
                assertThrows(MalformedToken.class, () -> TokenCodec.read(String.join(".", changed)));
            }
        }
    }

    @Test
    void bitsThatDecodingWouldDropAreRefused() {
        // Two payloads, so that the last character holds two unused bits once, and four the other time.
        Set<Integer> remainders = new HashSet<>();
        for (int pad = 0; pad < 3; pad++) {
            String[] segments = segments(GOOD.with("pad", "x".repeat(pad)).sign());
            for (String segment : segments) {
                int unused = segment.length() % 4 == 2 ? 4 : segment.length() % 4 == 3 ? 2 : 0;
                remainders.add(segment.length() % 4);
                int last = ALPHABET.indexOf(segment.charAt(segment.length() - 1));
                assertEquals(0, last & ((1 << unused) - 1));
                for (int bits = 1; bits < 1 << unused; bits++) {
                    String other = segment.substring(0, segment.length() - 1) + ALPHABET.charAt(last | bits);
                    String text = String.join(".", segments).replace(segment, other);
                    assertThrows(MalformedToken.class, () -> TokenCodec.read(text));
                }
            }
        }
        assertEquals(Set.of(0, 2, 3), remainders);
    }

    @Test
    void segmentsDecodeToTheSameBytesAsTheStandardDecoder() {
        String text = GOOD.sign();
        CompactToken token = TokenCodec.read(text);
        assertNotNull(token.verifiedWith(TestTrust.publicHalf(KEY)));
        byte[] payload = Base64.getUrlDecoder().decode(segments(text)[1]);
        assertEquals(GOOD.payloadJson(), new String(payload, UTF_8));
    }

    @Test
    void aSignatureOfZerosIsWellFormedAndFitsNothing() {
        String[] segments = segments(GOOD.sign());
        CompactToken token = TokenCodec.read(segments[0] + "." + segments[1] + "." + "A".repeat(86));
        assertNull(token.verifiedWith(TestTrust.publicHalf(KEY)));
    }

    @Test
    void eightKibibytesAreReadAndNoMore() {
        VerificationKey key = TestTrust.publicHalf(KEY);
        assertNotNull(TokenCodec.read(ofLength(8192)).verifiedWith(key));
        assertThrows(MalformedToken.class, () -> TokenCodec.read(ofLength(8193)));
        assertThrows(MalformedToken.class, () -> TokenCodec.read("a".repeat(10_000_000)));
    }

    @Test
    void nothingPrintsTheTokenOrQuotesIt() {
        String text = GOOD.sign();
        CompactToken token = TokenCodec.read(text);
        VerifiedToken verified = token.verifiedWith(TestTrust.publicHalf(KEY));
        assertNotNull(verified);
        for (String segment : segments(text)) {
            assertFalse(token.toString().contains(segment));
            assertFalse(verified.toString().contains(segment));
        }
        assertTrue(verified.toString().contains(GOOD.subject()));
        assertEquals("CompactToken[keyId=shared-ES256]", token.toString());
        String secret = "s3cr3t".repeat(20);
        MalformedToken refusal = assertThrows(MalformedToken.class, () -> TokenCodec.read(secret + "." + secret));
        assertFalse(String.valueOf(refusal.getMessage()).contains("s3cr3t"));
        assertEquals(0, refusal.getStackTrace().length);
    }

    @Test
    void claimsAreNotLookedAtBeforeTheSignature() {
        String header = GOOD.headerJson();
        CompactToken rubbish = TokenCodec.read(TestTokens.sign(TestKey.fresh("k", Algorithm.ES256), header, "{{{"));
        assertEquals(null, rubbish.verifiedWith(TestTrust.publicHalf(KEY)));
        CompactToken signedRubbish = TokenCodec.read(TestTokens.sign(KEY, header, "{{{"));
        assertThrows(MalformedToken.class, () -> signedRubbish.verifiedWith(TestTrust.publicHalf(KEY)));
    }

    private static String[] segments(String text) {
        return text.split("\\.", -1);
    }

    /** A good token of exactly that many characters: padded in the payload, and by spaces in the header. */
    private static String ofLength(int length) {
        for (int spaces = 0; spaces < 3; spaces++) {
            String header = GOOD.headerJson() + " ".repeat(spaces);
            for (int pad = length / 2; pad < length; pad++) {
                String payload = GOOD.with("pad", "x".repeat(pad)).payloadJson();
                if (encodedLength(header) + encodedLength(payload) + encodedLength("s".repeat(64)) + 2 == length) {
                    return TestTokens.sign(KEY, header, payload);
                }
            }
        }
        throw new AssertionError("no token has " + length + " characters");
    }

    private static int encodedLength(String json) {
        return (json.length() * 8 + 5) / 6;
    }
}
