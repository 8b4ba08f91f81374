package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.EDWARDS;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.PSS;
import static dev.signet.verifier.corpus.Forge.RSA;
import static dev.signet.verifier.corpus.Forge.STRANGER;
import static dev.signet.verifier.corpus.Forge.base64;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.header;
import static dev.signet.verifier.corpus.Forge.headerWith;
import static dev.signet.verifier.corpus.Forge.quoted;
import static dev.signet.verifier.corpus.Forge.signedHeader;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTrust;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict.Reason;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Classes 22 to 30: the header says which key, or brings it along. */
final class KeyAttacks {
    private static final String TYPE = "at+jwt";
    private static final String EVIL = "https://attacker.example/jwks.json";
    private static final int FLOOD = 300;

    private KeyAttacks() {}

    static void addTo(Cases cases) {
        weak(cases);
        odd(cases);
        missing(cases);
        impostors(cases);
        brought(cases);
        states(cases);
        flood(cases);
    }

    /** Such keys reach no verifier ({@link FeedKeyAttacks}), so that whoever signs by them is unknown. */
    private static void weak(Cases cases) {
        String token = good().signedBy(RSA).header("kid", "weak").sign();
        PrivateKey weak = TestKey.pair("RSA", 1024).getPrivate();
        cases.of(12)
                .refused(
                        Reason.UNKNOWN_KEY,
                        "signed by an RSA key of 1024 bits",
                        Forge.resigned(token, AlgorithmAttacks.signed("SHA256withRSA", null, weak, token)))
                .badSignature(
                        "signed by an RSA key of 1024 bits, under our kid",
                        Forge.resigned(
                                good().signedBy(RSA).sign(),
                                AlgorithmAttacks.signed(
                                        "SHA256withRSA",
                                        null,
                                        weak,
                                        good().signedBy(RSA).sign())));
    }

    private static void odd(Cases cases) {
        cases.of(22);
        for (String id : List.of(
                "../../../../dev/null",
                "/proc/sys/kernel/randomize_va_space",
                "https://attacker.example/key",
                "' OR '1'='1",
                "x' UNION SELECT 'secret'--",
                "$(id)",
                "| id",
                KEY.id() + " ",
                " " + KEY.id(),
                KEY.id() + "/../" + KEY.id(),
                KEY.id().replace("a", "\u0430"),
                "\u00e9",
                "")) {
            cases.malformed("kid '" + id + "'", signedHeader(header("ES256", id, TYPE)));
        }
        String nul = header("ES256", KEY.id(), TYPE).replace(KEY.id(), KEY.id() + "\\u0000");
        cases.malformed("kid with NUL behind", signedHeader(nul))
                .malformed("kid of 65 characters", signedHeader(header("ES256", "k".repeat(65), TYPE)))
                .malformed("kid of 4 KiB", signedHeader(header("ES256", "k".repeat(4 << 10), TYPE)))
                .malformed("kid of 64 KiB", signedHeader(header("ES256", "k".repeat(64 << 10), TYPE)));
        for (String id : List.of(
                "k".repeat(64),
                KEY.id().toUpperCase(Locale.ROOT),
                KEY.id() + "_",
                "__proto__",
                "constructor",
                "null")) {
            cases.refused(Reason.UNKNOWN_KEY, "kid '" + id + "'", signedHeader(header("ES256", id, TYPE)));
        }
    }

    private static void missing(Cases cases) {
        cases.of(23);
        for (TestKey key : List.of(KEY, EDWARDS, RSA, PSS)) {
            cases.malformed(
                    "no kid, " + key.algorithm().headerName(),
                    good().signedBy(key).withoutHeader("kid").sign());
        }
        for (String json : List.of("null", "7", "true", "{}", "[" + quoted(KEY.id()) + "]")) {
            cases.malformed(
                    "kid " + json, signedHeader("{\"alg\":\"ES256\",\"kid\":%s,\"typ\":\"at+jwt\"}".formatted(json)));
        }
    }

    private static void impostors(Cases cases) {
        cases.of(24);
        for (Algorithm algorithm : Algorithm.values()) {
            TestKey real = TestKey.shared(algorithm);
            TestKey other = (algorithm == Algorithm.ES256 ? STRANGER : impostor(algorithm)).as(real.id(), algorithm);
            cases.badSignature(
                    "another key of the same kid, " + algorithm.headerName(),
                    good().signedBy(other).sign());
        }
        TestKey replacement = STRANGER.as(KEY.id(), Algorithm.ES256);
        TrustChange replaced = new TrustChange.KeyChanged(TestTrust.trusted(replacement, KeyState.ACTIVE));
        cases.known(
                        Reason.UNKNOWN_KEY,
                        "remembered under a key whose kid is another's now",
                        good().sign(),
                        trust -> trust.changeInstallation(replaced))
                .unseen(
                        Reason.BAD_SIGNATURE,
                        "signed by a key whose kid is another's now",
                        good().sign(),
                        trust -> trust.changeInstallation(replaced))
                .badSignature(
                        "a trusted key under another trusted kid",
                        good().signedBy(STRANGER).header("kid", KEY.id()).sign());
    }

    /** Another key for the algorithm; one of ours under a name that is not its own where making one takes long. */
    private static TestKey impostor(Algorithm algorithm) {
        return switch (algorithm) {
            case RS256 -> PSS;
            case PS256 -> RSA;
            case EDDSA, ES256 -> TestKey.fresh("impostor", algorithm);
        };
    }

    private static void brought(Cases cases) {
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"%s\",\"y\":\"%s\"}"
                .formatted(base64(new byte[32]), base64(new byte[32]));
        cases.of(25)
                .malformed("jwk of the stranger who signed", signedHeader(STRANGER, headerWith("\"jwk\":" + jwk)))
                .malformed(
                        "jwk, kid none of ours",
                        signedHeader(STRANGER, Forge.with(header("ES256", "stranger", TYPE), "\"jwk\":" + jwk)))
                .malformed(
                        "jwk and no kid",
                        signedHeader(STRANGER, "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"jwk\":" + jwk + "}"))
                .malformed("jwk, signed by us", signedHeader(headerWith("\"jwk\":" + jwk)))
                .malformed("jwk null", signedHeader(headerWith("\"jwk\":null")))
                .malformed("jwk a secret", signedHeader(headerWith("\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}")));
        cases.of(26);
        for (String name : List.of("jku", "x5u")) {
            for (String url : List.of(
                    EVIL, "http://169.254.169.254/latest/meta-data/", "file:///etc/passwd", "http://127.0.0.1:1/")) {
                cases.malformed(name + " " + url, signedHeader(headerWith("\"" + name + "\":" + quoted(url))));
            }
            cases.malformed(
                    name + ", signed by a stranger",
                    signedHeader(
                            STRANGER,
                            Forge.with(header("ES256", "stranger", TYPE), "\"" + name + "\":" + quoted(EVIL))));
        }
        String certificate = Base64.getEncoder().encodeToString(KEY.subjectPublicKeyInfo());
        cases.of(27)
                .malformed("x5c", signedHeader(headerWith("\"x5c\":[" + quoted(certificate) + "]")))
                .malformed(
                        "x5c, signed by a stranger",
                        signedHeader(STRANGER, headerWith("\"x5c\":[" + quoted(certificate) + "]")))
                .malformed("x5c empty", signedHeader(headerWith("\"x5c\":[]")))
                .malformed("x5t", signedHeader(headerWith("\"x5t\":" + quoted(base64(new byte[20])))))
                .malformed("x5t#S256", signedHeader(headerWith("\"x5t#S256\":" + quoted(base64(new byte[32])))))
                .malformed(
                        "x5c in place of kid",
                        signedHeader("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"x5c\":[" + quoted(certificate) + "]}"));
        cases.of(28)
                .malformed("use enc in the header", signedHeader(headerWith("\"use\":\"enc\"")))
                .malformed("key_ops in the header", signedHeader(headerWith("\"key_ops\":[\"encrypt\"]")))
                .malformed(
                        "key_ops without verify in a jwk", signedHeader(headerWith("\"jwk\":{\"key_ops\":[\"sign\"]}")))
                .malformed("use sig in the header", signedHeader(headerWith("\"use\":\"sig\"")))
                .malformed("key_ops verify in the header", signedHeader(headerWith("\"key_ops\":[\"verify\"]")));
    }

    private static void states(Cases cases) {
        cases.of(29)
                .refused(
                        Reason.REVOKED_KEY,
                        "a key that was revoked long ago",
                        good().signedBy(CorpusTrust.REVOKED).sign())
                .refused(
                        Reason.UNKNOWN_KEY,
                        "a key that is retired",
                        good().signedBy(CorpusTrust.RETIRED).sign())
                .refused(
                        Reason.UNKNOWN_KEY,
                        "a key that nobody named",
                        good().signedBy(STRANGER).sign())
                .refused(
                        Reason.REVOKED_KEY,
                        "a revoked key, expired too",
                        good().signedBy(CorpusTrust.REVOKED).with("exp", 1).sign())
                .both(
                        Reason.REVOKED_KEY,
                        "its key is revoked",
                        () -> good().sign(),
                        trust -> trust.keyIs(KEY, KeyState.REVOKED))
                .both(
                        Reason.UNKNOWN_KEY,
                        "its key is retired",
                        () -> good().sign(),
                        trust -> trust.keyIs(KEY, KeyState.RETIRED))
                .both(
                        Reason.UNKNOWN_KEY,
                        "its key is forgotten",
                        () -> good().signedBy(EDWARDS).sign(),
                        trust -> trust.changeInstallation(new TrustChange.KeyRemoved(EDWARDS.id())))
                .both(
                        Reason.REVOKED_KEY,
                        "its key is revoked while it retires",
                        () -> good().signedBy(RSA).sign(),
                        trust -> trust.keyIs(RSA, KeyState.REVOKED));
    }

    private static void flood(Cases cases) {
        List<String> unknown = new ArrayList<>();
        String rest = "." + base64(good().payloadJson()) + "." + base64(new byte[64]);
        for (int i = 0; i < FLOOD; i++) {
            unknown.add(base64(header("ES256", "flood-" + i, TYPE)) + rest);
        }
        cases.of(30).flood(Reason.UNKNOWN_KEY, FLOOD + " kids that nobody knows", unknown);
        for (TestKey key : List.of(KEY, EDWARDS, RSA, PSS)) {
            cases.refused(
                    Reason.UNKNOWN_KEY,
                    "a good signature under a kid of nobody, " + key.algorithm().headerName(),
                    good().signedBy(key.as("nobody", key.algorithm())).sign());
        }
    }
}
