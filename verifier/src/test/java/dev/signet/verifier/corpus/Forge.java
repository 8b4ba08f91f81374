package dev.signet.verifier.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.Base64URL;
import dev.signet.verifier.testkit.TestKey;
import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.Kind;
import java.util.Arrays;

/**
 * Writes the texts of the corpus, by hand where no library would: JSON as it stands here, base64url as it is told, and
 * a signature over whatever that is.
 */
final class Forge {
    static final TestKey KEY = TestKey.shared(Algorithm.ES256);
    static final TestKey EDWARDS = TestKey.shared(Algorithm.EDDSA);
    static final TestKey RSA = TestKey.shared(Algorithm.RS256);
    static final TestKey PSS = TestKey.shared(Algorithm.PS256);
    /** Whom nobody trusts. */
    static final TestKey STRANGER = TestKey.fresh("stranger", Algorithm.ES256);

    static final String GOOD_HEADER = header("ES256", KEY.id(), "at+jwt");

    private Forge() {}

    /** A good one. */
    static TestTokens good() {
        return TestTokens.of(Kind.WORKSPACE);
    }

    /** A header with these members and no others, each a JSON string. */
    static String header(String algorithm, String keyId, String type) {
        return "{\"alg\":%s,\"kid\":%s,\"typ\":%s}".formatted(quoted(algorithm), quoted(keyId), quoted(type));
    }

    /** A good header with one member more, as {@code "crit":["exp"]}. */
    static String headerWith(String member) {
        return with(GOOD_HEADER, member);
    }

    /** A good payload in which one claim is replaced, or added, by JSON as it stands. */
    static String claim(String name, String json) {
        return claim(good(), name, json);
    }

    static String claim(TestTokens token, String name, String json) {
        return with(token.without(name).payloadJson(), "\"" + name + "\":" + json);
    }

    /** An object with one member more, at its end. */
    static String with(String object, String member) {
        return object.substring(0, object.length() - 1) + "," + member + "}";
    }

    static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /** A good header, and this payload with a good signature. */
    static String payload(String json) {
        return TestTokens.sign(KEY, GOOD_HEADER, json);
    }

    /** A good payload, and this header with a good signature. */
    static String signedHeader(String json) {
        return signedHeader(KEY, json);
    }

    static String signedHeader(TestKey key, String json) {
        return TestTokens.sign(key, json, good().payloadJson());
    }

    /** Two segments as they stand, and a good signature over them. */
    static String segments(String header, String payload) {
        String input = header + "." + payload;
        return input + "." + base64(KEY.sign(input.getBytes(UTF_8)));
    }

    /** A token with another signature. */
    static String resigned(String token, byte[] signature) {
        return resigned(token, base64(signature));
    }

    static String resigned(String token, String signature) {
        return input(token) + "." + signature;
    }

    /** What the signature of a token is made over. */
    static String input(String token) {
        return token.substring(0, token.lastIndexOf('.'));
    }

    static byte[] signature(String token) {
        return new Base64URL(token.substring(token.lastIndexOf('.') + 1)).decode();
    }

    static String base64(String text) {
        return base64(text.getBytes(UTF_8));
    }

    static String base64(byte[] bytes) {
        return Base64URL.encode(bytes).toString();
    }

    static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
