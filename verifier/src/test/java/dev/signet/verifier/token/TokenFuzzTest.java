package dev.signet.verifier.token;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the codec accepts, nimbus-jose-jwt accepts, and reads the same from it; all else is refused in one way. */
class TokenFuzzTest {
    static Stream<byte[]> texts() {
        return Stream.of(Kind.values()).map(kind -> TestTokens.of(kind).sign().getBytes(ISO_8859_1));
    }

    @MethodSource("texts")
    @FuzzTest(maxDuration = "5m")
    void text(byte[] bytes) throws ParseException {
        String text = new String(bytes, UTF_8);
        CompactToken read;
        try {
            read = TokenCodec.read(text);
        } catch (MalformedToken | UnsupportedAlgorithm e) {
            return;
        }
        SignedJWT other = SignedJWT.parse(text);
        assertSameHeader(other.getHeader(), read.header());
        List<String> segments = List.of(text.split("\\.", -1));
        assertEquals(3, segments.size());
        for (String segment : segments) {
            // So there is no other text for the same bytes.
            assertEquals(
                    segment,
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(Base64.getUrlDecoder().decode(segment)));
        }
    }

    static Stream<byte[]> headers() {
        return Stream.of(Algorithm.values())
                .map(algorithm -> TestTokens.of(Kind.WORKSPACE)
                        .signedBy(TestKey.shared(algorithm))
                        .headerJson()
                        .getBytes(UTF_8));
    }

    @MethodSource("headers")
    @FuzzTest(maxDuration = "5m")
    void header(byte[] json) throws ParseException {
        Header read;
        try {
            read = TokenCodec.read(segment(json) + ".e30.AAAA").header();
        } catch (MalformedToken | UnsupportedAlgorithm e) {
            return;
        }
        JWSHeader other = JWSHeader.parse(new String(json, UTF_8));
        assertSameHeader(other, read);
        assertArrayEquals(new String[] {}, other.getCustomParams().keySet().toArray());
    }

    private static void assertSameHeader(JWSHeader other, Header read) {
        assertEquals(other.getAlgorithm().getName(), read.algorithm().headerName());
        assertEquals(other.getKeyID(), read.keyId());
        assertEquals(other.getType().getType(), Header.TYPE);
    }

    private static String segment(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Stream<byte[]> payloads() {
        return Stream.concat(
                        Stream.of(Kind.values())
                                .map(kind -> TestTokens.of(kind)
                                        .with("aud", List.of("signet", "b"))
                                        .with("note", "caf\u00e9 \"quoted\"")
                                        .payloadJson()),
                        Stream.of(TestTokens.of(Kind.ORGANIZATION)
                                .without("grants")
                                .with("grants_by_feed", true)
                                .payloadJson()))
                .map(json -> json.getBytes(UTF_8));
    }

    @MethodSource("payloads")
    @FuzzTest(maxDuration = "5m")
    void payload(byte[] json) throws ParseException {
        Claims read;
        try {
            read = TokenCodec.readClaims(json);
        } catch (MalformedToken e) {
            return;
        }
        Nimbus.assertReads(JWTClaimsSet.parse(new String(json, UTF_8)), read);
    }
}
