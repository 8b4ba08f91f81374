package dev.signet.verifier.token;

import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.signet.verifier.testkit.TestTokens;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
    private static final TestTokens GOOD = TestTokens.of(Kind.WORKSPACE);
    private static final long ISSUED = TestTokens.NOW.getEpochSecond();
    private static final long LARGEST = (1L << 53) - 1;

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyClaimIsReadAsItIs(Kind kind) {
        TestTokens token = TestTokens.of(kind);
        Claims claims = read(token);
        assertEquals(TestTokens.ISSUER, claims.issuer());
        assertEquals(List.of(TestTokens.AUDIENCE), claims.audience());
        assertEquals(token.subject(), claims.subject());
        assertEquals(token.claim("jti"), claims.valueId());
        assertEquals(ISSUED, claims.issuedAt());
        assertEquals(ISSUED + 3600, claims.expiresAt());
        assertEquals(Instant.ofEpochSecond(ISSUED + 3600), claims.expiry());
        assertEquals(kind == Kind.PLATFORM ? null : ORGANIZATION, claims.organization());
        assertEquals(kind, claims.kind());
        assertEquals(Grants.of(WORKSPACE, "WORKSPACE_OPERATOR"), claims.grants());
        assertEquals(TestTokens.GRANTS_REVISION, claims.grantsRevision());
        assertEquals(TestTokens.STATUS_INDEX, claims.statusIndex());
        assertEquals(TestTokens.ISSUER + "/status/7", claims.statusUri());
    }

    static Stream<Arguments> principals() {
        return Stream.of(
                Arguments.of(Kind.ORGANIZATION, "organizations/%s/tokens/"),
                Arguments.of(Kind.WORKSPACE, "organizations/%s/tokens/"),
                Arguments.of(Kind.DEPLOYMENT, "organizations/%s/tokens/"),
                Arguments.of(Kind.ACCESS, "organizations/%s/apiKeys/"),
                Arguments.of(Kind.USER, "organizations/%s/users/"),
                Arguments.of(Kind.PLATFORM, "platformTokens/"));
    }

    @Test
    void anAccessTokenIsNamedByTheKeyOfItsDeployment() {
        TestTokens token =
                TestTokens.of(Kind.ACCESS).with("grants", Map.of(TestTokens.DEPLOYMENT, List.of("DEPLOYMENT_ADMIN")));
        assertEquals(
                "organizations/" + ORGANIZATION + "/workspaces/-/deployments/" + TestTokens.DEPLOYMENT + "/apiKeys/"
                        + token.subject(),
                read(token).principalName());
    }

    @ParameterizedTest
    @MethodSource("principals")
    void thePrincipalIsNamedByItsCollection(Kind kind, String collection) {
        TestTokens token = TestTokens.of(kind);
        assertEquals(
                collection.formatted(ORGANIZATION) + token.subject(),
                read(token).principalName());
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onlyApiTokensMayNeverExpire(Kind kind) {
        TestTokens token = TestTokens.of(kind).without("exp");
        if (List.of(Kind.ORGANIZATION, Kind.WORKSPACE, Kind.DEPLOYMENT).contains(kind)) {
            assertEquals(Claims.NEVER, read(token).expiresAt());
            assertNull(read(token).expiry());
        } else {
            assertThrows(MalformedToken.class, () -> read(token));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iss",
                "aud",
                "sub",
                "client_id",
                "jti",
                "iat",
                "org",
                "kind",
                "grants",
                "grants_rev",
                "status",
            })
    void noOtherClaimMayBeMissingOrNull(String claim) {
        assertThrows(MalformedToken.class, () -> read(GOOD.without(claim)));
        assertThrows(MalformedToken.class, () -> read(GOOD.with(claim, null)));
    }

    static Stream<Arguments> goodClaims() {
        return Stream.of(
                Arguments.of("aud", List.of("signet", "other")),
                Arguments.of("aud", Collections.nCopies(16, "a")),
                Arguments.of("iat", 0L),
                Arguments.of("iat", ISSUED + 3599),
                Arguments.of("exp", Claims.LATEST),
                Arguments.of("grants", Map.of()),
                Arguments.of("grants", Map.of(WORKSPACE, List.of())),
                Arguments.of("grants_rev", 0L),
                Arguments.of("grants_rev", LARGEST),
                Arguments.of("status", TestTokens.status(0)),
                Arguments.of("status", TestTokens.status(Integer.MAX_VALUE)),
                Arguments.of(
                        "status",
                        Map.of(
                                "status_list", Map.of("idx", 1, "uri", "x", "unknown", List.of(1)),
                                "unknown", Map.of("idx", "none"))),
                Arguments.of("unknown", Map.of("nested", List.of(1, true, Map.of()))));
    }

    @ParameterizedTest
    @MethodSource("goodClaims")
    void bordersAndUnknownClaimsAreFine(String claim, Object value) {
        assertEquals(GOOD.subject(), read(GOOD.with(claim, value)).subject());
    }

    static Stream<Arguments> badClaims() {
        String suffix = GOOD.subject().substring(4);
        return Stream.of(
                        wrong("iss", "", 1, List.of("https://signet.local")),
                        wrong(
                                "aud",
                                List.of(),
                                1,
                                Map.of(),
                                List.of(1),
                                List.of(List.of("a")),
                                Collections.nCopies(17, "a")),
                        wrong("sub", "", "usr_" + suffix, suffix, GOOD.subject() + "/x", 1),
                        wrong("client_id", "", "signet", TestTokens.id(IdType.TOKEN), 1),
                        wrong("jti", "", "x", "tok_" + suffix, suffix + "0", "8" + suffix.substring(1), 1),
                        wrong("iat", -1, 1.5, "1", true, ISSUED + 3600, LARGEST + 1),
                        wrong(
                                "exp",
                                0,
                                -1,
                                1.5,
                                new BigDecimal("1e400"),
                                "9999999999",
                                true,
                                List.of(1),
                                ISSUED,
                                ISSUED - 1,
                                Claims.LATEST + 1,
                                LARGEST + 1),
                        wrong("org", "", "org_x", WORKSPACE, suffix, List.of(ORGANIZATION), 1),
                        wrong("kind", "", "WORKSPACE", "Workspace", "root", "user", "access", "platform", 1),
                        wrong("grants", List.of(), "x", 1, Map.of(WORKSPACE, "WORKSPACE_OPERATOR")),
                        wrong("grants", Map.of(WORKSPACE, List.of(1)), Map.of(WORKSPACE, Map.of("a", 1))),
                        wrong("grants_rev", -1, 1.5, "1", LARGEST + 1),
                        wrong("status", "x", 1, List.of(), Map.of(), Map.of("status_list", "x")),
                        wrong("status", TestTokens.status(-1), TestTokens.status(Integer.MAX_VALUE + 1L)),
                        wrong(
                                "status",
                                Map.of("status_list", Map.of("idx", 1)),
                                Map.of("status_list", Map.of("uri", "x"))),
                        wrong("status", Map.of("status_list", Map.of("idx", "1", "uri", "x"))),
                        wrong("cnf", Map.of("jkt", "x"), 1, "x"))
                .flatMap(cases -> cases);
    }

    @ParameterizedTest
    @MethodSource("badClaims")
    void anyOtherValueIsRefused(String claim, Object value) {
        assertThrows(MalformedToken.class, () -> read(GOOD.with(claim, value)));
    }

    @Test
    void aNumberThatNoComputerHoldsIsRefusedAtOnce() {
        String huge = GOOD.payloadJson().replace("\"exp\":", "\"exp\":1" + "0".repeat(6_000));
        assertThrows(MalformedToken.class, () -> TokenCodec.readClaims(huge.getBytes(UTF_8)));
    }

    @Test
    void aPlatformTokenNamesNoOrganization() {
        TestTokens token = TestTokens.of(Kind.PLATFORM).with("org", ORGANIZATION);
        assertThrows(MalformedToken.class, () -> read(token));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void theSubjectIsOfTheTokensKind(Kind kind) {
        for (IdType type : IdType.values()) {
            String subject = TestTokens.id(type);
            TestTokens token = TestTokens.of(kind).with("sub", subject).with("client_id", subject);
            if (type == kind.subject()) {
                assertEquals(subject, read(token).subject());
            } else {
                assertThrows(MalformedToken.class, () -> read(token));
            }
        }
    }

    @Test
    void aClaimThatOccursTwiceIsRefusedHoweverItIsWritten() {
        for (String claim : List.of("iss", "sub", "exp", "status", "unknown")) {
            String escaped = "\\u%04x%s".formatted((int) claim.charAt(0), claim.substring(1));
            String good = GOOD.with("unknown", 1).payloadJson();
            String twice = good.substring(0, good.length() - 1) + ",\"" + escaped + "\":1}";
            assertThrows(MalformedToken.class, () -> TokenCodec.readClaims(twice.getBytes(UTF_8)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "\"x\"", "", "{}", "1"})
    void aPayloadThatIsNoObjectOfClaimsIsRefused(String payload) {
        assertThrows(MalformedToken.class, () -> TokenCodec.readClaims(payload.getBytes(UTF_8)));
    }

    private static Stream<Arguments> wrong(String claim, Object... values) {
        return Arrays.stream(values).map(value -> Arguments.of(claim, value));
    }

    private static Claims read(TestTokens token) {
        return TokenCodec.readClaims(token.payloadJson().getBytes(UTF_8));
    }
}
