package dev.signet.authority.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.signet.authority.FakeClock;
import dev.signet.authority.PublicHalf;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.store.ApiToken;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.KeyState;
import dev.signet.verifier.trust.TrustedKey;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a value, and that any JWT library takes it. */
final class IssuedTokenTest {
    private static final Instant NOW = FakeClock.START.truncatedTo(ChronoUnit.SECONDS);

    @TempDir
    private Path data;

    private TestAuthority authority;
    private Call owner;
    private ResourcePath workspace;

    @BeforeEach
    void open() {
        authority = TestAuthority.open(data);
        ResourcePath organization = authority.organization();
        owner = authority.owner(organization);
        workspace = authority.workspace(owner, organization);
    }

    @AfterEach
    void close() {
        authority.close();
    }

    private Tokens.WithValue issue(Integer days) {
        return authority
                .tokens()
                .create(owner, TestAuthority.newToken(workspace, "ci", "", "WORKSPACE_OPERATOR", days));
    }

    /** Nimbus with the public keys, as RFC 9068 section 4 says to validate. */
    private JWTClaimsSet processed(String value) throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(publicKeys())));
        processor.setJWTClaimsSetVerifier(
                new DefaultJWTClaimsVerifier<>(
                        TestAuthority.AUDIENCE,
                        new JWTClaimsSet.Builder().issuer(TestAuthority.ISSUER).build(),
                        Set.of("sub", "client_id", "jti", "iat")) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(authority.clock().instant());
                    }
                });
        return processor.process(value, null);
    }

    private JWKSet publicKeys() {
        TrustedKey key = Objects.requireNonNull(authority.publisher().state().installation()).keys().values().stream()
                .filter(each -> each.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow();
        return new JWKSet(PublicHalf.of(key.key()));
    }

    @Test
    void theClaimsAreExactlyThese() throws Exception {
        Tokens.WithValue issued = issue(30);
        ApiToken token = issued.token();
        JWTClaimsSet claims = processed(issued.value());
        assertEquals(
                Set.of(
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
                        "status"),
                claims.getClaims().keySet());
        assertEquals("https://signet.test", claims.getIssuer());
        assertEquals(List.of("signet"), claims.getAudience());
        assertEquals(token.id(), claims.getSubject());
        assertEquals(token.id(), claims.getStringClaim("client_id"));
        assertEquals(token.value().valueId(), claims.getJWTID());
        assertEquals(NOW, claims.getIssueTime().toInstant());
        assertEquals(NOW.plus(Duration.ofDays(30)), claims.getExpirationTime().toInstant());
        assertEquals(workspace.organization(), claims.getStringClaim("org"));
        assertEquals("workspace", claims.getStringClaim("kind"));
        assertEquals(Map.of(workspace.id(), List.of("WORKSPACE_OPERATOR")), claims.getJSONObjectClaim("grants"));
        assertEquals(
                Map.of(
                        "status_list",
                        Map.of(
                                "idx",
                                (long) token.value().index(),
                                "uri",
                                "https://signet.test/statuslists/" + workspace.organization())),
                claims.getJSONObjectClaim("status"));
        long head = authority.unpublished().read(tx -> tx.trust().head());
        assertEquals(head, claims.getLongClaim("grants_rev"));
        assertEquals(head, token.value().grantsRevision());
    }

    @Test
    void theHeaderIsExactlyThis() throws Exception {
        SignedJWT token = SignedJWT.parse(issue(null).value());
        assertEquals(
                Map.of(
                        "alg",
                        "ES256",
                        "typ",
                        "at+jwt",
                        "kid",
                        publicKeys().getKeys().get(0).getKeyID()),
                token.getHeader().toJSONObject());
    }

    @Test
    void withoutAPeriodThereIsNoExpiry() throws Exception {
        Tokens.WithValue issued = issue(null);
        assertFalse(processed(issued.value()).getClaims().containsKey("exp"));
        assertNull(issued.token().value().expireTime());
        assertNull(authority.verified(issued.value()).claims().expiry());
    }

    @Test
    void theOperatorsTokenBelongsToNoOrganization() throws Exception {
        JWTClaimsSet claims = processed(authority.platformText());
        assertFalse(claims.getClaims().containsKey("org"));
        assertEquals("platform", claims.getStringClaim("kind"));
        assertEquals(Map.of(), claims.getJSONObjectClaim("grants"));
        assertEquals(
                "https://signet.test/statuslists/installation",
                ((Map<?, ?>) claims.getJSONObjectClaim("status").get("status_list")).get("uri"));
    }

    @Test
    void aValueIsSmall() {
        int length = issue(30).value().length();
        assertTrue(length > 500 && length < 800, "is " + length);
    }

    @Test
    void noTwoValuesShareAnIdOrAnIndex() {
        ApiToken one = issue(30).token();
        ApiToken two = issue(30).token();
        assertNotEquals(one.id(), two.id());
        assertNotEquals(one.value().valueId(), two.value().valueId());
        assertNotEquals(one.value().index(), two.value().index());
    }

    @Test
    void aValueIsNotPrinted() {
        Tokens.WithValue issued = issue(30);
        assertEquals("WithValue[" + issued.token().id() + "]", issued.toString());
        String signature = signature(issued.value());
        assertFalse(issued.token().toString().contains(signature));
        assertFalse(authority.verified(issued.value()).toString().contains(signature));
    }

    @Test
    void noValueIsKeptInTheStore() throws SQLException {
        Tokens.WithValue made = issue(30);
        Tokens.WithValue rotated = authority
                .tokens()
                .rotate(owner, workspace.organization(), made.token().id(), Duration.ofHours(1), Retry.NEVER)
                .value();
        String text = authority.platformText();
        authority.close();
        StringBuilder rows = new StringBuilder();
        try (Connection connection = DriverManager.getConnection("jdbc:h2:file:" + data.resolve("ledger"), "sa", "");
                Statement statement = connection.createStatement();
                ResultSet script = statement.executeQuery("SCRIPT")) {
            while (script.next()) {
                rows.append(script.getString(1)).append('\n');
            }
        }
        String kept = rows.toString();
        assertTrue(kept.contains(rotated.token().value().valueId()), "its id is kept");
        for (String value : List.of(made.value(), rotated.value(), text)) {
            assertFalse(kept.contains(signature(value)));
            assertFalse(kept.contains(value.substring(value.indexOf('.') + 1, value.lastIndexOf('.'))));
        }
        authority = TestAuthority.open(data, 2);
        assertEquals(
                rotated.token().id(),
                authority.verified(rotated.value()).claims().subject());
    }

    private static String signature(String value) {
        return value.substring(value.lastIndexOf('.') + 1);
    }
}
