package dev.signet.verifier.corpus;

import static dev.signet.verifier.corpus.Forge.EDWARDS;
import static dev.signet.verifier.corpus.Forge.KEY;
import static dev.signet.verifier.corpus.Forge.PSS;
import static dev.signet.verifier.corpus.Forge.RSA;
import static dev.signet.verifier.corpus.Forge.base64;
import static dev.signet.verifier.corpus.Forge.good;
import static dev.signet.verifier.corpus.Forge.header;
import static dev.signet.verifier.corpus.Forge.input;
import static dev.signet.verifier.corpus.Forge.resigned;
import static dev.signet.verifier.corpus.Forge.signature;
import static dev.signet.verifier.corpus.Forge.signedHeader;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.verify.Verdict.Reason;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Classes 1 to 11: the header chooses how it is checked. */
final class AlgorithmAttacks {
    private static final String TYPE = "at+jwt";
    private static final List<TestKey> KEYS = List.of(KEY, EDWARDS, RSA, PSS);

    private AlgorithmAttacks() {}

    static void addTo(Cases cases) {
        none(cases);
        missing(cases);
        secretOfThePublicKey(cases);
        anotherAlgorithmOfTheKey(cases);
        keysWithoutAlgorithm(cases);
        paddings(cases);
        curves(cases);
    }

    private static void none(Cases cases) {
        cases.of(1);
        for (Kind kind : Kind.values()) {
            String unsigned = TestTokens.of(kind).header("alg", "none").sign();
            cases.unsupported("alg none, a token of kind " + kind.claim(), resigned(unsigned, ""));
        }
        String payload = base64(good().payloadJson());
        cases.unsupported(
                        "alg none, a key that is unknown", base64(header("none", "no-key", TYPE)) + "." + payload + ".")
                .malformed("alg none and nothing else", base64("{\"alg\":\"none\"}") + "." + payload + ".")
                .malformed("alg none and typ JWT", base64(header("none", KEY.id(), "JWT")) + "." + payload + ".")
                .malformed("alg none, two segments", base64(header("none", KEY.id(), TYPE)) + "." + payload);
        cases.of(2);
        for (String none : List.of(
                "None",
                "nOnE",
                "NONE",
                "noNe",
                "none ",
                " none",
                "none\\u0000",
                "\uff4e\uff4f\uff4e\uff45",
                "",
                "null")) {
            String json = header("ES256", KEY.id(), TYPE).replace("\"ES256\"", "\"" + none + "\"");
            cases.unsupported("alg '" + none + "'", resigned(signedHeader(json), ""));
        }
        cases.of(3);
        String unsigned = good().header("alg", "none").sign();
        cases.unsupported("alg none, signed by a trusted key", unsigned)
                .unsupported("alg none, zeros for a signature", resigned(unsigned, new byte[64]))
                .unsupported("alg none, one byte for a signature", resigned(unsigned, new byte[1]))
                .unsupported("alg none, the signature of another token", resigned(unsigned, signature(good().sign())))
                .unsupported("alg none, a keyed hash", resigned(unsigned, hmac("HmacSHA256", pem(KEY), unsigned)))
                .unsupported("alg NONE, signed by a trusted key", signedHeader(header("NONE", KEY.id(), TYPE)))
                .unsupported("alg none, an RSA key's signature", signedHeader(RSA, header("none", RSA.id(), TYPE)));
    }

    private static void missing(Cases cases) {
        cases.of(4).malformed("no alg", good().withoutHeader("alg").sign());
        for (String json : List.of("null", "7", "[\"ES256\"]", "[]", "{\"alg\":\"ES256\"}", "{}", "true", "ES256")) {
            cases.malformed(
                    "alg " + json,
                    signedHeader("{\"alg\":%s,\"kid\":\"%s\",\"typ\":\"at+jwt\"}".formatted(json, KEY.id())));
        }
    }

    private static void secretOfThePublicKey(Cases cases) {
        cases.of(5);
        for (TestKey key : List.of(KEY, EDWARDS, RSA)) {
            Map<String, byte[]> secrets = new LinkedHashMap<>();
            secrets.put("PEM", pem(key));
            secrets.put("DER", key.subjectPublicKeyInfo());
            secrets.put("base64 DER", Base64.getEncoder().encode(key.subjectPublicKeyInfo()));
            secrets.forEach((form, secret) -> {
                String keyed = signedHeader(key, header("HS256", key.id(), TYPE));
                String keysOwn = good().signedBy(key).sign();
                String said = " keyed by " + key.id() + " as " + form;
                cases.unsupported("HS256" + said, resigned(keyed, hmac("HmacSHA256", secret, keyed)))
                        .badSignature(
                                "the key's own alg" + said, resigned(keysOwn, hmac("HmacSHA512", secret, keysOwn)));
            });
        }
        for (String bits : List.of("384", "512")) {
            String keyed = signedHeader(header("HS" + bits, KEY.id(), TYPE));
            cases.unsupported("HS" + bits + " keyed by PEM", resigned(keyed, hmac("HmacSHA" + bits, pem(KEY), keyed)));
        }
        cases.of(6);
        String pem = new String(pem(RSA), UTF_8);
        String keyed = signedHeader(RSA, header("HS256", RSA.id(), TYPE));
        for (String spaced : List.of(
                "\n" + pem,
                " " + pem,
                "\r\n" + pem,
                "\t" + pem,
                pem.strip(),
                pem + "\n",
                "\ufeff" + pem,
                pem.replace("\n", "\r\n"))) {
            String name = "HS256 keyed by PEM, beginning %s, of %d bytes"
                    .formatted(spaced.codePointAt(0), spaced.getBytes(UTF_8).length);
            cases.unsupported(name, resigned(keyed, hmac("HmacSHA256", spaced.getBytes(UTF_8), keyed)));
        }
    }

    private static void anotherAlgorithmOfTheKey(Cases cases) {
        for (TestKey key : KEYS) {
            for (TestKey other : KEYS) {
                boolean bothRsa = (key == RSA || key == PSS) && (other == RSA || other == PSS);
                if (key != other && !bothRsa) {
                    String json = header(other.algorithm().headerName(), key.id(), TYPE);
                    cases.of(7)
                            .unsupported(
                                    other.algorithm() + " with " + key.id() + ", signed by the other",
                                    signedHeader(other, json))
                            .unsupported(
                                    other.algorithm() + " with " + key.id() + ", signed by the key",
                                    signedHeader(key, json));
                }
            }
        }
    }

    /** Such a key reaches no verifier ({@link FeedKeyAttacks}), so that whoever signs by it is unknown. */
    private static void keysWithoutAlgorithm(Cases cases) {
        cases.of(8);
        for (Algorithm algorithm : Algorithm.values()) {
            TestKey unbound = TestKey.shared(algorithm).as("unbound-" + algorithm.headerName(), algorithm);
            cases.refused(
                    Reason.UNKNOWN_KEY,
                    "signed by a key that came without algorithm, with " + algorithm.headerName(),
                    good().signedBy(unbound).sign());
        }
        TestKey unbound = RSA.as("unbound-RSA", Algorithm.RS256);
        cases.unsupported("HS256 with a key without algorithm", signedHeader(header("HS256", unbound.id(), TYPE)))
                .unsupported("alg none with a key without algorithm", signedHeader(header("none", unbound.id(), TYPE)));
    }

    private static void paddings(Cases cases) {
        String asRsa = good().signedBy(RSA).sign();
        String rsaAsPss = good().signedBy(RSA).header("alg", "PS256").sign();
        String asPss = good().signedBy(PSS).sign();
        String pssAsRsa = good().signedBy(PSS).header("alg", "RS256").sign();
        TestKey rsaForPss = RSA.as(RSA.id(), Algorithm.PS256);
        TestKey pssForRsa = PSS.as(PSS.id(), Algorithm.RS256);
        cases.of(9)
                .unsupported(
                        "PS256 with an RS256 key, padded as PS256",
                        resigned(rsaAsPss, rsaForPss.sign(input(rsaAsPss).getBytes(UTF_8))))
                .unsupported("PS256 with an RS256 key, padded as RS256", rsaAsPss)
                .badSignature(
                        "RS256 padded as PS256",
                        resigned(asRsa, rsaForPss.sign(input(asRsa).getBytes(UTF_8))))
                .unsupported(
                        "RS256 with a PS256 key, padded as RS256",
                        resigned(pssAsRsa, pssForRsa.sign(input(pssAsRsa).getBytes(UTF_8))))
                .unsupported("RS256 with a PS256 key, padded as PS256", pssAsRsa)
                .badSignature(
                        "PS256 padded as RS256",
                        resigned(asPss, pssForRsa.sign(input(asPss).getBytes(UTF_8))))
                .badSignature("RS256 with SHA-1", resigned(asRsa, signed("SHA1withRSA", null, RSA.privateKey(), asRsa)))
                .badSignature(
                        "RS256 with SHA-512", resigned(asRsa, signed("SHA512withRSA", null, RSA.privateKey(), asRsa)))
                .badSignature("PS256 without salt", resigned(asPss, pss("SHA-256", MGF1ParameterSpec.SHA256, 0, asPss)))
                .badSignature(
                        "PS256 with a salt of 20 bytes",
                        resigned(asPss, pss("SHA-256", MGF1ParameterSpec.SHA256, 20, asPss)))
                .badSignature(
                        "PS256 with MGF1 of SHA-1", resigned(asPss, pss("SHA-256", MGF1ParameterSpec.SHA1, 32, asPss)))
                .badSignature(
                        "PS256 with SHA-384", resigned(asPss, pss("SHA-384", MGF1ParameterSpec.SHA384, 48, asPss)));
        for (String name : List.of("RS384", "RS512", "PS384", "PS512", "RSA", "rs256")) {
            cases.unsupported(name + " with an RS256 key", signedHeader(RSA, header(name, RSA.id(), TYPE)));
        }
    }

    private static void curves(Cases cases) {
        PrivateKey p384 = TestKey.ellipticPair("secp384r1").getPrivate();
        PrivateKey p521 = TestKey.ellipticPair("secp521r1").getPrivate();
        String token = good().sign();
        cases.of(10)
                .badSignature(
                        "ES256 by a P-384 key, 96 bytes",
                        resigned(token, signed("SHA256withECDSAinP1363Format", null, p384, token)))
                .badSignature(
                        "ES256 by a P-521 key, 132 bytes",
                        resigned(token, signed("SHA256withECDSAinP1363Format", null, p521, token)))
                .badSignature(
                        "ES256 by a P-384 key, cut to 64 bytes",
                        resigned(token, Arrays.copyOf(signed("SHA256withECDSAinP1363Format", null, p384, token), 64)))
                .badSignature(
                        "ES256 with SHA-384",
                        resigned(token, signed("SHA384withECDSAinP1363Format", null, KEY.privateKey(), token)))
                .badSignature(
                        "ES256 with SHA-1",
                        resigned(token, signed("SHA1withECDSAinP1363Format", null, KEY.privateKey(), token)));
        for (String name : List.of("ES384", "ES512", "ES256K", "es256", "ES256 ", "SM2", "ESP256")) {
            cases.unsupported("alg '" + name + "' by a P-256 key", signedHeader(header(name, KEY.id(), TYPE)));
        }
        PrivateKey ed448 = TestKey.pair("Ed448", 0).getPrivate();
        String edwards = good().signedBy(EDWARDS).sign();
        byte[] of448 = signed("Ed448", null, ed448, edwards);
        cases.of(11)
                .unsupported(
                        "ES256 with an EdDSA key, signed by a P-256 key",
                        signedHeader(KEY, header("ES256", EDWARDS.id(), TYPE)))
                .unsupported(
                        "EdDSA with an ES256 key, signed by an Ed25519 key",
                        signedHeader(EDWARDS, header("EdDSA", KEY.id(), TYPE)))
                .badSignature(
                        "an ES256 signature under EdDSA",
                        resigned(edwards, KEY.sign(input(edwards).getBytes(UTF_8))))
                .badSignature(
                        "an EdDSA signature under ES256",
                        resigned(token, EDWARDS.sign(input(token).getBytes(UTF_8))))
                .badSignature("an Ed448 signature under EdDSA", resigned(edwards, of448))
                .badSignature("an Ed448 signature, cut to 64 bytes", resigned(edwards, Arrays.copyOf(of448, 64)));
        for (String name : List.of("Ed25519", "Ed448", "EDDSA", "eddsa", "Ed25519ph")) {
            cases.unsupported(
                    "alg " + name + " by an Ed25519 key", signedHeader(EDWARDS, header(name, EDWARDS.id(), TYPE)));
        }
    }

    private static byte[] pem(TestKey key) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.subjectPublicKeyInfo());
        return ("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n").getBytes(UTF_8);
    }

    private static byte[] hmac(String algorithm, byte[] secret, String token) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(secret, algorithm));
            return mac.doFinal(input(token).getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] pss(String hash, MGF1ParameterSpec mask, int salt, String token) {
        return signed("RSASSA-PSS", new PSSParameterSpec(hash, "MGF1", mask, salt, 1), PSS.privateKey(), token);
    }

    /** A signature of some other making over what a token's is made over. */
    static byte[] signed(String algorithm, @Nullable AlgorithmParameterSpec parameters, PrivateKey key, String token) {
        try {
            Signature signature = Signature.getInstance(algorithm);
            if (parameters != null) {
                signature.setParameter(parameters);
            }
            signature.initSign(key);
            signature.update(input(token).getBytes(UTF_8));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
