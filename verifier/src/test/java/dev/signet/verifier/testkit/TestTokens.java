package dev.signet.verifier.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.signet.verifier.token.Algorithm;
import dev.signet.verifier.token.IdGenerator;
import dev.signet.verifier.token.IdType;
import dev.signet.verifier.token.Kind;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Forges tokens, good ones and others. Starts from a good one of some kind; each change gives a new forger.
 *
 * <p>{@code TestTokens.of(Kind.WORKSPACE).with("aud", "another").sign()}
 */
public final class TestTokens {
    /** When the tokens are issued, and where {@link FakeClocks} start. */
    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    public static final String ISSUER = "https://signet.local";
    public static final String AUDIENCE = "signet";
    public static final int STATUS_INDEX = 7;
    /** The {@code grants_rev} of tokens, unless they say otherwise. */
    public static final long GRANTS_REVISION = 100;

    private static final IdGenerator IDS = new IdGenerator(InstantSource.fixed(NOW), new Random(20260301));

    public static final String ORGANIZATION = id(IdType.ORGANIZATION);
    public static final String OTHER_ORGANIZATION = id(IdType.ORGANIZATION);
    public static final String WORKSPACE = id(IdType.WORKSPACE);
    public static final String OTHER_WORKSPACE = id(IdType.WORKSPACE);
    public static final String DEPLOYMENT = id(IdType.DEPLOYMENT);

    private final TestKey key;
    private final Map<String, Object> header;
    private final Map<String, Object> claims;

    private TestTokens(TestKey key, Map<String, Object> header, Map<String, Object> claims) {
        this.key = key;
        this.header = header;
        this.claims = claims;
    }

    /** A good token of a kind: an hour long, signed with ES256, WORKSPACE_OPERATOR on {@link #WORKSPACE}. */
    public static TestTokens of(Kind kind) {
        Map<String, Object> claims = new LinkedHashMap<>();
        String subject = id(kind.subject());
        claims.put("iss", ISSUER);
        claims.put("aud", AUDIENCE);
        claims.put("sub", subject);
        claims.put("client_id", subject);
        claims.put("jti", IDS.nextValueId());
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 3600);
        if (kind != Kind.PLATFORM) {
            claims.put("org", ORGANIZATION);
        }
        claims.put("kind", kind.claim());
        claims.put("grants", Map.of(WORKSPACE, List.of("WORKSPACE_OPERATOR")));
        claims.put("grants_rev", GRANTS_REVISION);
        claims.put("status", status(STATUS_INDEX));
        return new TestTokens(TestKey.shared(Algorithm.ES256), Map.of(), claims)
                .signedBy(TestKey.shared(Algorithm.ES256));
    }

    public static String id(IdType type) {
        return IDS.next(type);
    }

    public static Map<String, Object> status(long index) {
        return Map.of("status_list", Map.of("idx", index, "uri", ISSUER + "/status/" + index));
    }

    /** The header names the key's id and algorithm. */
    public TestTokens signedBy(TestKey key) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", key.algorithm().headerName());
        header.put("kid", key.id());
        header.put("typ", "at+jwt");
        return new TestTokens(key, header, claims);
    }

    /** With a claim added or replaced; a JSON null where {@code value} is null. */
    public TestTokens with(String claim, @Nullable Object value) {
        return new TestTokens(key, header, changed(claims, claim, value));
    }

    public TestTokens without(String claim) {
        Map<String, Object> rest = new LinkedHashMap<>(claims);
        rest.remove(claim);
        return new TestTokens(key, header, rest);
    }

    public TestTokens grants(Map<String, List<String>> grants) {
        return with("grants", grants);
    }

    /** With a member of the header added or replaced; the signing key stays. */
    public TestTokens header(String member, @Nullable Object value) {
        return new TestTokens(key, changed(header, member, value), claims);
    }

    public TestTokens withoutHeader(String member) {
        Map<String, Object> rest = new LinkedHashMap<>(header);
        rest.remove(member);
        return new TestTokens(key, rest, claims);
    }

    public Object claim(String name) {
        return claims.get(name);
    }

    public String subject() {
        return (String) claims.get("sub");
    }

    public String headerJson() {
        return JSONObjectUtils.toJSONString(header);
    }

    public String payloadJson() {
        return JSONObjectUtils.toJSONString(claims);
    }

    public String sign() {
        return sign(key, headerJson(), payloadJson());
    }

    /** A good signature over whatever the texts are. */
    public static String sign(TestKey key, String header, String payload) {
        return sign(key, header.getBytes(UTF_8), payload.getBytes(UTF_8));
    }

    public static String sign(TestKey key, byte[] header, byte[] payload) {
        String input = Base64URL.encode(header) + "." + Base64URL.encode(payload);
        return input + "." + Base64URL.encode(key.sign(input.getBytes(UTF_8)));
    }

    private static Map<String, Object> changed(Map<String, Object> members, String name, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(members);
        changed.put(name, value);
        return changed;
    }
}
