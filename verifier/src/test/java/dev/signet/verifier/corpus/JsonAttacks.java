package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.GOOD_HEADER;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.base64;
import static dev.signet.verifier.corpus.Forge.claim;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.headerWith;
import static dev.signet.verifier.corpus.Forge.payload;
import static dev.signet.verifier.corpus.Forge.resigned;
import static dev.signet.verifier.corpus.Forge.segments;
import static dev.signet.verifier.corpus.Forge.signedHeader;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict.Reason;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Classes 45 to 54: base64url and JSON that others read more generously, or in two ways. */
final class JsonAttacks {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private JsonAttacks() {}

    static void addTo(Cases cases) {
        alphabet(cases);
        trailingBits(cases);
        encodings(cases);
        duplicates(cases);
        depth(cases);
        breadth(cases);
        grammar(cases);
        notObjects(cases);
        names(cases);
    }

    /** Each signed over the text as it stands, so that a generous decoder would find the signature good. */
    private static void alphabet(Cases cases) {
        String header = base64(GOOD_HEADER);
        String payload = base64(claim("pad", "\"" + "~".repeat(6) + "?>\""));
        String token = good().sign();
        while (token.substring(token.lastIndexOf('.')).indexOf('-') < 0) {
            token = good().sign();
        }
        String signature = token.substring(token.lastIndexOf('.') + 1);
        cases.of(45)
                .malformed("'=' behind the signature", resigned(token, signature + "="))
                .malformed("'==' behind the signature", resigned(token, signature + "=="))
                .malformed(
                        "'=' behind the payload",
                        segments(header, base64(good().with("p", "x").payloadJson()) + "="))
                .malformed("'=' behind the header", segments(header + "=", payload))
                .malformed("'+' for '-' in the signature", resigned(token, signature.replace('-', '+')))
                .malformed("'/' in the payload", segments(header, slashed(payload)))
                .malformed(
                        "a space in the signature",
                        resigned(token, signature.substring(0, 8) + " " + signature.substring(8)))
                .malformed("'?' in the payload", segments(header, payload.substring(0, 8) + "?" + payload.substring(8)))
                .malformed("'?' in the header", segments(header.substring(0, 4) + "?" + header.substring(4), payload))
                .malformed(
                        "a line end in the payload",
                        segments(header, payload.substring(0, 8) + "\n" + payload.substring(8)))
                .malformed(
                        "CR LF in the signature",
                        resigned(token, signature.substring(0, 8) + "\r\n" + signature.substring(8)))
                .malformed(
                        "a tab in the header", segments(header.substring(0, 4) + "\t" + header.substring(4), payload))
                .malformed("NUL behind the signature", resigned(token, signature + "\u0000"))
                .malformed(
                        "NUL in the payload",
                        segments(header, payload.substring(0, 8) + "\u0000" + payload.substring(8)))
                .malformed("a percent escape", resigned(token, signature + "%3D"))
                .malformed("a soft hyphen", resigned(token, signature + "\u00ad"))
                .malformed(
                        "a letter whose low byte is one of the alphabet",
                        resigned(token, (char) (signature.charAt(0) + 256) + signature.substring(1)))
                .malformed("a zero-width space", resigned(token, "\u200b" + signature))
                .malformed("half a surrogate pair", resigned(token, signature + "\ud800"))
                .malformed("a comma", resigned(token, signature + ","));
    }

    private static String slashed(String payload) {
        int at = payload.indexOf('_');
        return at < 0 ? payload.substring(0, 8) + "/" + payload.substring(9) : payload.replace('_', '/');
    }

    private static void trailingBits(Cases cases) {
        cases.of(46);
        String token = good().sign();
        int last = ALPHABET.indexOf(token.charAt(token.length() - 1));
        for (int bits : new int[] {1, 2, 7, 15}) {
            cases.malformed(
                    "signature, bits " + bits, token.substring(0, token.length() - 1) + ALPHABET.charAt(last | bits));
        }
        String remembered = good().sign();
        int end = ALPHABET.indexOf(remembered.charAt(remembered.length() - 1));
        cases.known(
                Reason.MALFORMED,
                "signature, the canonical text remembered",
                remembered,
                trust -> {},
                remembered.substring(0, remembered.length() - 1) + ALPHABET.charAt(end | 1));
        for (int rest : new int[] {1, 2}) {
            String header = GOOD_HEADER;
            while (header.length() % 3 != rest) {
                header += " ";
            }
            String json = good().payloadJson();
            while (json.length() % 3 != rest) {
                json += " ";
            }
            cases.malformed("payload, " + rest + " bytes at the end", segments(base64(GOOD_HEADER), odd(base64(json))))
                    .malformed("header, " + rest + " bytes at the end", segments(odd(base64(header)), base64(json)))
                    .malformed(
                            "a character of 6 bits, behind " + rest + " bytes",
                            segments(base64(GOOD_HEADER), base64(json + "   ".substring(rest)) + "A"));
        }
    }

    private static String odd(String base64) {
        int last = ALPHABET.indexOf(base64.charAt(base64.length() - 1));
        return base64.substring(0, base64.length() - 1) + ALPHABET.charAt(last | 1);
    }

    private static void encodings(Cases cases) {
        cases.of(47);
        String json = good().payloadJson();
        for (String name : List.of("UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE")) {
            Charset charset = Charset.forName(name);
            cases.malformed("the payload in " + name, bytes(GOOD_HEADER.getBytes(UTF_8), json.getBytes(charset)))
                    .malformed("the header in " + name, bytes(GOOD_HEADER.getBytes(charset), json.getBytes(UTF_8)));
        }
        cases.malformed("a byte order mark before the payload", payload("\ufeff" + json))
                .malformed("a byte order mark before the header", signedHeader("\ufeff" + GOOD_HEADER));
        for (String raw : List.of(
                "\u00c0\u00af",
                "\u00c1\u0081",
                "\u00e0\u0080\u00af",
                "\u00ed\u00a0\u0080",
                "\u00ff",
                "\u0080",
                "\u00c3",
                "\u00f4\u0090\u0080\u0080",
                "\u00f8\u0088\u0080\u0080\u0080")) {
            String hex = HexFormat.of().formatHex(raw.getBytes(ISO_8859_1));
            cases.malformed(
                    "a string of the bytes " + hex,
                    bytes(
                            GOOD_HEADER.getBytes(UTF_8),
                            claim("pad", "\"" + raw + "\"").getBytes(ISO_8859_1)));
        }
        for (String escape : List.of("\\ud800", "\\udc00", "\\udc00\\ud800", "x\\ud83dx")) {
            cases.malformed("half a pair, " + escape, payload(claim("pad", "\"" + escape + "\"")));
        }
        cases.malformed("half a pair in kid", signedHeader(GOOD_HEADER.replace(KEY.id(), KEY.id() + "\\ud800")));
    }

    private static String bytes(byte[] header, byte[] payload) {
        return TestTokens.sign(KEY, header, payload);
    }

    private static void duplicates(Cases cases) {
        cases.of(48)
                .malformed("two alg, the same", signedHeader(headerWith("\"alg\":\"ES256\"")))
                .malformed("two alg, none first", signedHeader("{\"alg\":\"none\"," + GOOD_HEADER.substring(1)))
                .malformed("two kid", signedHeader("{\"kid\":\"other\"," + GOOD_HEADER.substring(1)))
                .malformed("two typ", signedHeader("{\"typ\":\"JWT\"," + GOOD_HEADER.substring(1)));
        for (String claim : List.of(
                "iss",
                "aud",
                "sub",
                "client_id",
                "jti",
                "iat",
                "exp",
                "org",
                "kind",
                "grants",
                "grants_rev",
                "status")) {
            TestTokens token = good();
            String again = JSONObjectUtils.toJSONString(Map.of(claim, token.claim(claim)));
            cases.malformed(
                    "two " + claim, payload(Forge.with(token.payloadJson(), again.substring(1, again.length() - 1))));
        }
        cases.malformed("two idx", payload(claim("status", "{\"status_list\":{\"idx\":8,\"idx\":7,\"uri\":\"x\"}}")))
                .malformed(
                        "two grants on a resource",
                        payload(claim(
                                "grants",
                                "{\"%1$s\":[],\"%1$s\":[\"WORKSPACE_OPERATOR\"]}".formatted(TestTokens.WORKSPACE))))
                .malformed("two of a claim that nobody knows", payload(Forge.with(claim("x", "1"), "\"x\":2")))
                .malformed("two of a name deep inside", payload(claim("x", "{\"y\":[{\"z\":1,\"z\":1}]}")));
        cases.of(49)
                .malformed("alg and \\u0061lg", signedHeader(headerWith("\"\\u0061lg\":\"ES256\"")))
                .malformed(
                        "\\u0061lg none and alg", signedHeader("{\"\\u0061lg\":\"none\"," + GOOD_HEADER.substring(1)))
                .malformed("kid and k\\u0069d", signedHeader(headerWith("\"k\\u0069d\":\"other\"")))
                .malformed("sub and \\u0073ub", payload(Forge.with(good().payloadJson(), "\"\\u0073ub\":\"x\"")))
                .malformed("exp and \\u0065xp", payload(Forge.with(good().payloadJson(), "\"\\u0065xp\":9999999999")))
                .malformed("grants and grant\\u0073", payload(Forge.with(good().payloadJson(), "\"grant\\u0073\":{}")))
                .malformed("x and \\u0078", payload(Forge.with(claim("x", "1"), "\"\\u0078\":2")))
                .malformed("/ and \\/", payload(Forge.with(claim("/", "1"), "\"\\/\":2")));
    }

    private static void depth(Cases cases) {
        cases.of(50);
        for (int deep : new int[] {8, 9, 100, 1000, 2600}) {
            cases.malformed(deep + " arrays in a claim", payload(claim("x", "[".repeat(deep) + "]".repeat(deep))))
                    .malformed(
                            deep + " objects in a claim",
                            payload(claim(
                                    "x",
                                    "{\"a\":".repeat(Math.min(deep, 900)) + "1" + "}".repeat(Math.min(deep, 900)))));
        }
        cases.malformed("5000 arrays that do not end", payload("[".repeat(5000)))
                .malformed("5000 arrays for a header", signedHeader("[".repeat(5000)))
                .malformed("100 000 arrays", payload(claim("x", "[".repeat(100_000) + "]".repeat(100_000))))
                .malformed("1000 arrays for alg", signedHeader(GOOD_HEADER.replace("\"ES256\"", "[".repeat(1000))));
    }

    private static void breadth(Cases cases) {
        cases.of(51)
                .malformed("257 members", payload(claim("x", "{" + members(257, "m") + "}")))
                .malformed("more than 256 claims", payload(Forge.with(good().payloadJson(), members(257, "m"))))
                .malformed("257 elements", payload(claim("x", "[" + "1,".repeat(256) + "1]")))
                .malformed("300 audiences", payload(claim("aud", "[" + "\"signet\",".repeat(299) + "\"signet\"]")))
                .malformed("17 audiences", payload(claim("aud", "[" + "\"signet\",".repeat(16) + "\"signet\"]")))
                .malformed(
                        "200 names of one hash, and one of them again",
                        payload(claim("x", "{" + colliding(200) + "," + colliding(1) + "}")))
                .malformed("100 000 members", payload(claim("x", "{" + members(100_000, "m") + "}")))
                .malformed("2000 elements", payload(claim("x", "[" + "1,".repeat(2000) + "1]")))
                .malformed("300 members in the header", signedHeader(headerWith(members(300, "m"))));
    }

    private static String members(int count, String name) {
        return IntStream.range(0, count).mapToObj(i -> "\"" + name + i + "\":1").collect(Collectors.joining(","));
    }

    /** Names that a hash table finds in one slot: "Aa" and "BB" have one hash. */
    private static String colliding(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> IntStream.range(0, 9)
                        .mapToObj(bit -> (i >> bit & 1) == 0 ? "Aa" : "BB")
                        .collect(Collectors.joining("", "\"", "\":1")))
                .collect(Collectors.joining(","));
    }

    private static void grammar(Cases cases) {
        String json = good().payloadJson();
        cases.of(52)
                .malformed("a letter behind the payload", payload(json + "x"))
                .malformed("NUL behind the payload", payload(json + "\u0000"))
                .malformed("two payloads", payload(json + json))
                .malformed("a brace more", payload(json + "}"))
                .malformed("a brace less", payload(json.substring(0, json.length() - 1)))
                .malformed("a comma behind the last claim", payload(json.substring(0, json.length() - 1) + ",}"))
                .malformed("a comment before the payload", payload("/**/" + json))
                .malformed("a comment behind the payload", payload(json + "//"))
                .malformed("single quotes", payload(json.replace('"', '\'')))
                .malformed("two headers", signedHeader(GOOD_HEADER + GOOD_HEADER))
                .malformed("a comment in the header", signedHeader(GOOD_HEADER.replace(",", ",/**/")))
                .malformed("a letter behind the header", signedHeader(GOOD_HEADER + "x"));
        for (String value : List.of(
                "NaN",
                "Infinity",
                "-Infinity",
                "+1",
                "01",
                "-01",
                ".5",
                "1.",
                "1e",
                "1e+",
                "0x1",
                "-",
                "undefined",
                "nul",
                "True",
                "'x'",
                "x",
                "\"\\x41\"",
                "\"\\u12\"",
                "\"\\u00g0\"",
                "\"\t\"",
                "\"\n\"",
                "[1,]",
                "[,1]",
                "[1 2]",
                "{\"a\"}",
                "{a:1}",
                "{\"a\":1,}",
                "")) {
            cases.malformed("a claim " + value.replace("\t", "TAB").replace("\n", "LF"), payload(claim("x", value)));
        }
    }

    private static void notObjects(Cases cases) {
        cases.of(53);
        for (String json : List.of("[]", "[{}]", "\"{}\"", "7", "null", "true", " ", "{", "{}")) {
            cases.malformed("payload " + json, payload(json)).malformed("header " + json, signedHeader(json));
        }
    }

    private static void names(Cases cases) {
        long past = TestTokens.NOW.getEpochSecond() - 600;
        String expired = good().with("iat", 1).with("exp", past).payloadJson();
        TestTokens access = TestTokens.of(Kind.ACCESS).without("exp");
        cases.of(54);
        for (String name : List.of("Exp", "EXP", "exp ", "\\u0045xp")) {
            cases.refused(
                            Reason.EXPIRED,
                            name + " beside an exp that is past",
                            payload(Forge.with(expired, "\"" + name + "\":9999999999")))
                    .malformed(
                            name + " in place of exp",
                            payload(Forge.with(access.payloadJson(), "\"" + name + "\":9999999999")));
        }
        cases.malformed(
                        "exp in __proto__",
                        payload(Forge.with(access.payloadJson(), "\"__proto__\":{\"exp\":9999999999}")))
                .refused(
                        Reason.WRONG_AUDIENCE,
                        "AUD beside another aud",
                        good().with("aud", "other").with("AUD", "signet").sign())
                .refused(
                        Reason.WRONG_ISSUER,
                        "ISS beside another iss",
                        good().with("iss", "other")
                                .with("ISS", TestTokens.ISSUER)
                                .sign())
                .malformed("ALG in the header", signedHeader(headerWith("\"ALG\":\"none\"")))
                .malformed("Alg in place of alg", signedHeader(GOOD_HEADER.replace("alg", "Alg")))
                .malformed("KID in place of kid", signedHeader(GOOD_HEADER.replace("kid", "KID")))
                .malformed("__proto__ in the header", signedHeader(headerWith("\"__proto__\":{\"alg\":\"none\"}")));
    }
}
