package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.GOOD_HEADER;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.base64;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.header;
import static dev.signet.verifier.corpus.Forge.headerWith;
import static dev.signet.verifier.corpus.Forge.quoted;
import static dev.signet.verifier.corpus.Forge.segments;
import static dev.signet.verifier.corpus.Forge.signedHeader;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.signet.verifier.testkit.TestTokens;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Classes 31 to 37: what else a header may say, and 38 to 44: what is no token at all, or too much of one. */
final class HeaderAttacks {
    private static final int MOST = 8 << 10;

    private HeaderAttacks() {}

    static void addTo(Cases cases) {
        critical(cases);
        types(cases);
        nested(cases);
        encrypted(cases);
        serializations(cases);
        shapes(cases);
        costly(cases);
        large(cases);
    }

    private static void critical(Cases cases) {
        cases.of(31);
        for (String member : List.of(
                "\"crit\":[\"exp\"],\"exp\":1",
                "\"crit\":[\"policy\"],\"policy\":\"deny\"",
                "\"crit\":[\"bork\"],\"bork\":true",
                "\"crit\":[\"http://example.invalid/UNDEFINED\"],\"http://example.invalid/UNDEFINED\":true",
                "\"crit\":[\"cnf\"],\"cnf\":{}",
                "\"crit\":[\"exp\",\"nbf\"],\"exp\":1,\"nbf\":1",
                "\"policy\":\"deny\"")) {
            cases.malformed(member, signedHeader(headerWith(member)));
        }
        cases.of(32);
        for (String member : List.of(
                "\"crit\":[]",
                "\"crit\":null",
                "\"crit\":\"exp\"",
                "\"crit\":{}",
                "\"crit\":true",
                "\"crit\":[\"absent\"]",
                "\"crit\":[\"alg\"]",
                "\"crit\":[\"kid\",\"typ\"]",
                "\"crit\":[\"exp\",\"exp\"],\"exp\":1",
                "\"crit\":[7]",
                "\"crit\":[\"\"]",
                "\"crit\":[[\"exp\"]]")) {
            cases.malformed(member, signedHeader(headerWith(member)));
        }
        String plain = good().payloadJson();
        cases.of(33);
        for (String member : List.of(
                "\"b64\":false",
                "\"b64\":false,\"crit\":[\"b64\"]",
                "\"b64\":true",
                "\"b64\":true,\"crit\":[\"b64\"]",
                "\"b64\":\"false\"")) {
            cases.malformed(member, signedHeader(headerWith(member)));
        }
        cases.malformed(
                        "b64 false, the payload as it is",
                        segments(base64(headerWith("\"b64\":false,\"crit\":[\"b64\"]")), plain))
                .malformed("the payload as it is", segments(base64(GOOD_HEADER), plain))
                .malformed("b64 false, detached", segments(base64(headerWith("\"b64\":false,\"crit\":[\"b64\"]")), ""));
    }

    private static void types(Cases cases) {
        cases.of(34).malformed("no typ", good().withoutHeader("typ").sign());
        for (String type : List.of(
                "JWT",
                "JOSE",
                "id_token",
                "rt+jwt",
                "logout+jwt",
                "secevent+jwt",
                "dpop+jwt",
                "statuslist+jwt",
                "oauth-authz-req+jwt",
                "token-introspection+jwt",
                "signet-feed+v1",
                "vc+sd-jwt",
                "")) {
            cases.malformed("typ '" + type + "'", signedHeader(header("ES256", KEY.id(), type)));
        }
        for (String json : List.of("null", "7", "[\"at+jwt\"]", "{}")) {
            cases.malformed(
                    "typ " + json,
                    signedHeader("{\"alg\":\"ES256\",\"kid\":\"%s\",\"typ\":%s}".formatted(KEY.id(), json)));
        }
        cases.of(35);
        for (String type : List.of(
                "AT+JWT",
                "at+JWT",
                "At+Jwt",
                "application/at+jwt",
                "APPLICATION/AT+JWT",
                " at+jwt",
                "at+jwt ",
                "at+jwt;version=1",
                "at jwt",
                "at+jwt,JWT",
                "at+jwts",
                "x.at+jwt")) {
            cases.malformed("typ '" + type + "'", signedHeader(header("ES256", KEY.id(), type)));
        }
    }

    private static void nested(Cases cases) {
        String inner = good().sign();
        cases.of(36)
                .malformed("cty JWT", signedHeader(headerWith("\"cty\":\"JWT\"")))
                .malformed("cty jwt", signedHeader(headerWith("\"cty\":\"jwt\"")))
                .malformed("cty at+jwt", signedHeader(headerWith("\"cty\":\"at+jwt\"")))
                .malformed("cty JWT, a token for a payload", TestTokens.sign(KEY, headerWith("\"cty\":\"JWT\""), inner))
                .malformed("a token for a payload", Forge.payload(inner))
                .malformed("a token as a string for a payload", Forge.payload(quoted(inner)));
        byte[] deflated = deflated(good().payloadJson().getBytes(ISO_8859_1), true);
        byte[] zlib = deflated(good().payloadJson().getBytes(ISO_8859_1), false);
        cases.of(37)
                .malformed("zip DEF", signedHeader(headerWith("\"zip\":\"DEF\"")))
                .malformed("zip GZIP", signedHeader(headerWith("\"zip\":\"GZIP\"")))
                .malformed("zip null", signedHeader(headerWith("\"zip\":null")))
                .malformed("zip DEF, deflated", segments(base64(headerWith("\"zip\":\"DEF\"")), base64(deflated)))
                .malformed("deflated, unsaid", segments(base64(GOOD_HEADER), base64(deflated)))
                .malformed("zlib, unsaid", segments(base64(GOOD_HEADER), base64(zlib)));
    }

    private static void encrypted(Cases cases) {
        String[] signed = good().sign().split("\\.", -1);
        String plain = base64("{\"alg\":\"none\"}") + "." + signed[1] + ".";
        String junk = base64(new byte[16]);
        cases.of(38);
        for (String algorithm : List.of("dir", "RSA-OAEP-256", "A256KW", "ECDH-ES")) {
            String head = base64("{\"alg\":\"%s\",\"enc\":\"A256GCM\",\"kid\":\"%s\",\"typ\":\"at+jwt\"}"
                    .formatted(algorithm, KEY.id()));
            cases.malformed("JWE, " + algorithm, head + "." + junk + "." + junk + "." + base64(plain) + "." + junk);
            cases.unsupported(
                    "JWE, " + algorithm + ", of three members",
                    base64(header(algorithm, KEY.id(), "at+jwt")) + "." + junk + "." + junk + "." + junk + "." + junk);
        }
        cases.malformed(
                        "JWE with cty JWT around a PlainJWT",
                        base64("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"cty\":\"JWT\"}") + ".." + junk + "."
                                + base64(plain) + "." + junk)
                .malformed(
                        "five segments under a good header",
                        signed[0] + "." + junk + "." + junk + "." + base64(plain) + "." + junk)
                .malformed("a PlainJWT for a payload", Forge.payload(plain));
        cases.of(41)
                .malformed("PBES2, p2c of 2^31", pbes2("2147483648"))
                .malformed("PBES2, p2c of 2^63", pbes2("9223372036854775808"))
                .malformed("PBES2, p2c 0", pbes2("0"))
                .malformed("p2c beside a good alg", signedHeader(headerWith("\"p2c\":2147483647,\"p2s\":\"AAAA\"")))
                .unsupported("PBES2 of three members", signedHeader(header("PBES2-HS256+A128KW", KEY.id(), "at+jwt")));
        cases.of(43)
                .malformed(
                        "RSA1_5 with enc",
                        signedHeader(
                                "{\"alg\":\"RSA1_5\",\"enc\":\"A128CBC-HS256\",\"kid\":\"%s\"}".formatted(KEY.id())))
                .unsupported("RSA1_5 of three members", signedHeader(header("RSA1_5", KEY.id(), "at+jwt")))
                .unsupported("ECDH-ES of three members", signedHeader(header("ECDH-ES", KEY.id(), "at+jwt")))
                .malformed(
                        "epk off its curve",
                        signedHeader(
                                headerWith("\"epk\":{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AQ\",\"y\":\"AQ\"}")))
                .malformed("apu and apv", signedHeader(headerWith("\"apu\":\"AA\",\"apv\":\"AA\"")));
    }

    private static String pbes2(String count) {
        String head = "{\"alg\":\"PBES2-HS256+A128KW\",\"enc\":\"A128GCM\",\"p2s\":\"AAAA\",\"p2c\":" + count + "}";
        return base64(head) + "." + base64(new byte[24]) + "." + base64(new byte[12]) + ".AAAA." + base64(new byte[16]);
    }

    private static void serializations(Cases cases) {
        String[] good = good().sign().split("\\.", -1);
        String flattened =
                "{\"protected\":\"%s\",\"payload\":\"%s\",\"signature\":\"%s\"}".formatted(good[0], good[1], good[2]);
        String one = "{\"protected\":\"%s\",\"signature\":\"%s\"}".formatted(good[0], good[2]);
        String bad = "{\"protected\":\"%s\",\"signature\":\"%s\"}".formatted(good[0], base64(new byte[64]));
        String general = "{\"payload\":\"%s\",\"signatures\":[%s]}";
        cases.of(39)
                .malformed("flattened", flattened)
                .malformed("flattened, an unprotected header", Forge.with(flattened, "\"header\":{\"alg\":\"none\"}"))
                .malformed("general, one signature", general.formatted(good[1], one))
                .malformed("general, a bad and a good signature", general.formatted(good[1], bad + "," + one))
                .malformed("general, a good and a bad signature", general.formatted(good[1], one + "," + bad))
                .malformed("general, no signature", general.formatted(good[1], ""))
                .malformed("the compact form as a JSON string", quoted(String.join(".", good)))
                .malformed("the compact form in an array", "[" + quoted(String.join(".", good)) + "]")
                .malformed("flattened, in base64url", base64(flattened));
    }

    private static void shapes(Cases cases) {
        String token = good().sign();
        String[] good = token.split("\\.", -1);
        cases.of(40)
                .malformed("two segments", good[0] + "." + good[1])
                .malformed("one segment", good[0])
                .malformed("four segments", token + "." + good[2])
                .malformed("four segments, an empty one behind", token + ".")
                .malformed("four segments, an empty one in front", "." + token)
                .malformed("a segment in front", "eyJ9." + token)
                .malformed("two tokens", token + "." + token)
                .malformed("two tokens, joined by ~", token + "~" + token)
                .malformed("a token and ~, as of SD-JWT", token + "~")
                .malformed("one dot", ".")
                .malformed("three dots", "...")
                .malformed("8191 dots", ".".repeat(8191))
                .malformed("dots between two segments", good[0] + ".".repeat(6000) + good[2])
                .malformed("100 000 dots", ".".repeat(100_000))
                .malformed("a dot of another alphabet", token.replace('.', '\u3002'));
    }

    private static void costly(Cases cases) {
        byte[] bomb = deflated(new byte[10 << 20], true);
        cases.of(42)
                .malformed(
                        "10 MiB of zeros, deflated, zip said",
                        base64(headerWith("\"zip\":\"DEF\"")) + "." + base64(bomb) + "." + base64(new byte[64]))
                .malformed(
                        "10 MiB of zeros, deflated, in a JWE",
                        base64("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"zip\":\"DEF\"}") + ".." + base64(new byte[12])
                                + "." + base64(bomb) + "." + base64(new byte[16]));
        byte[] small = deflated(new byte[4 << 20], true);
        cases.malformed(
                        "4 MiB of zeros, deflated and signed, zip said",
                        segments(base64(headerWith("\"zip\":\"DEF\"")), base64(small)))
                .malformed("4 MiB of zeros, deflated and signed, unsaid", segments(base64(GOOD_HEADER), base64(small)))
                .malformed(
                        "4 MiB of zeros, deflated, for a header",
                        segments(base64(small), base64(good().payloadJson())));
    }

    private static void large(Cases cases) {
        String padded = good().with("pad", "x".repeat(MOST)).sign();
        cases.of(44)
                .malformed("one character more than 8 KiB, signed", ofLength(MOST + 1))
                .malformed("16 KiB, signed", padded)
                .malformed(
                        "64 KiB of payload, signed",
                        good().with("pad", "x".repeat(64 << 10)).sign())
                .malformed(
                        "64 KiB of header, signed", signedHeader(headerWith("\"pad\":" + quoted("x".repeat(64 << 10)))))
                .malformed("64 KiB of signature", Forge.resigned(good().sign(), new byte[64 << 10]))
                .malformed("1 MiB of one letter", "A".repeat(1 << 20))
                .malformed(
                        "1 MiB of payload, signed",
                        good().with("pad", "x".repeat(1 << 20)).sign())
                .malformed("1 MiB behind a token", good().sign() + "A".repeat(1 << 20))
                .malformed("16 MiB of one letter", "A".repeat(16 << 20));
    }

    /** A token with a good signature, of so many characters: spaces behind header and payload make up for the rest. */
    static String ofLength(int length) {
        TestTokens token = good();
        int pad = length * 3 / 4 - token.sign().length() * 3 / 4 - 16;
        for (int tried = 0; tried < 64; tried++) {
            String json = token.with("pad", "x".repeat(pad + tried / 2)).payloadJson();
            String text = TestTokens.sign(KEY, GOOD_HEADER + " ".repeat(tried % 2), json);
            if (text.length() == length) {
                return text;
            }
        }
        throw new AssertionError("no token of " + length + " characters");
    }

    private static byte[] deflated(byte[] bytes, boolean raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(9, raw);
        try (DeflaterOutputStream deflating = new DeflaterOutputStream(out, deflater)) {
            deflating.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return out.toByteArray();
    }
}
