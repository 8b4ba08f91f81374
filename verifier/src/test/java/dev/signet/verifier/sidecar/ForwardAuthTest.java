package dev.signet.verifier.sidecar;

import static dev.signet.verifier.sidecar.HttpHouse.asking;
import static dev.signet.verifier.testkit.TestTokens.ORGANIZATION;
import static dev.signet.verifier.testkit.TestTokens.WORKSPACE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.signet.verifier.testkit.TestTokens;
import dev.signet.verifier.token.Kind;
import dev.signet.verifier.trust.Freshness;
import dev.signet.verifier.trust.Indexes;
import dev.signet.verifier.trust.OrganizationTrust;
import dev.signet.verifier.trust.TrustChange;
import dev.signet.verifier.verify.Verdict.Reason;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let through, and what a gateway is told. */
@Timeout(60)
class ForwardAuthTest {
    private static final String ANYBODY = "/forward-auth/caddy";
    private static final String ON_WORKSPACE = "resource=organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE;
    private static final String MAY_DEPLOY = "permission=deployment.deploys.create&" + ON_WORKSPACE;
    private static final String MAY_UPDATE = "permission=deployment.update&" + ON_WORKSPACE;

    private final HttpHouse house = new HttpHouse(HttpConnections.MAXIMUM);
    private final TestTokens tokens = TestTokens.of(Kind.WORKSPACE);
    private final String token = tokens.sign();

    ForwardAuthTest() throws IOException {}

    @AfterEach
    void close() {
        house.close();
    }

    @ParameterizedTest
    @EnumSource(GatewayProfile.class)
    void whoIsAcceptedIsNamed(GatewayProfile profile) throws IOException {
        assertEquals(
                lines(
                        "HTTP/1.1 200 OK",
                        "Content-Length: 0",
                        "Cache-Control: no-store",
                        "X-Auth-Status: 200",
                        "X-Auth-Reason: ACCEPTED",
                        "X-Auth-Subject: " + tokens.subject(),
                        "X-Auth-Organization: " + ORGANIZATION,
                        "X-Auth-Token-Id: " + tokens.claim("jti"),
                        "X-Auth-Kind: workspace"),
                house.ask(asking("/forward-auth/" + profile.name().toLowerCase(Locale.ROOT), token)));
    }

    @Test
    void whoIsRefusedIsNobody() throws IOException {
        house.trust.apply(ORGANIZATION, new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 6, 5);
        assertEquals(
                lines(
                        "HTTP/1.1 401 Unauthorized",
                        "Content-Length: 0",
                        "Cache-Control: no-store",
                        "WWW-Authenticate: Bearer realm=\"signet\", error=\"invalid_token\", error_description=\"REVOKED\"",
                        "X-Auth-Status: 401",
                        "X-Auth-Reason: REVOKED",
                        "X-Auth-Subject: -",
                        "X-Auth-Organization: -",
                        "X-Auth-Token-Id: -",
                        "X-Auth-Kind: -"),
                house.ask(asking(ANYBODY, token)));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void everyKindHasItsWordAndNoHeaderIsEmpty(Kind kind) throws IOException {
        String answer = house.ask(asking(ANYBODY, TestTokens.of(kind).sign()));
        assertEquals(kind.name().toLowerCase(Locale.ROOT), header(answer, "X-Auth-Kind"));
        assertEquals(kind == Kind.PLATFORM ? "-" : ORGANIZATION, header(answer, "X-Auth-Organization"));
    }

    @Test
    void arrivingTwiceATokenIsKnown() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(ANYBODY, token));
            String first = client.answer();
            client.send(asking(ANYBODY, token));
            assertEquals(first, client.answer());
        }
    }

    @Test
    void revokingHoldsFromTheNextRequestOn() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(ANYBODY, token));
            assertEquals("ACCEPTED", header(client.answer(), "X-Auth-Reason"));
            house.trust.apply(ORGANIZATION, new TrustChange.Revoked(Indexes.of(TestTokens.STATUS_INDEX)), 6, 5);
            client.send(asking(ANYBODY, token));
            assertEquals("REVOKED", header(client.answer(), "X-Auth-Reason"));
        }
    }

    @Test
    void aPermissionMustBeHeldOnTheResource() throws IOException {
        assertEquals(200, status(house.ask(asking(ANYBODY + "?" + MAY_DEPLOY, token))));
        assertEquals(200, status(house.ask(asking(ANYBODY + "?" + MAY_DEPLOY.replace("/", "%2F"), token))));
        String answer = house.ask(asking(ANYBODY + "?" + MAY_UPDATE, token));
        assertEquals(403, status(answer));
        assertEquals(
                "Bearer realm=\"signet\", error=\"insufficient_scope\", error_description=\"PERMISSION_DENIED\"",
                header(answer, "WWW-Authenticate"));
        assertEquals("-", header(answer, "X-Auth-Subject"));
    }

    @Test
    void oneConnectionMayAskForOneThingAfterTheOther() throws IOException {
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(ANYBODY + "?" + MAY_UPDATE, token));
            assertEquals(403, status(client.answer()));
            client.send(asking(ANYBODY + "?" + MAY_DEPLOY, token));
            assertEquals(200, status(client.answer()));
            client.send(asking(ANYBODY + "?permission=&" + ON_WORKSPACE, token));
            assertEquals(400, status(client.answer()));
            client.send(asking(ANYBODY, token));
            assertEquals(200, status(client.answer()));
        }
    }

    /** All of these with a token that would do, so that it is the target that is refused. */
    @ParameterizedTest
    @CsvSource({
        "permission=deployment.deploys.create, PARAMETER_MISSING",
        "resource=RESOURCE, PARAMETER_MISSING",
        "permission=deployment.deploys.create&resource=RESOURCE&b=c, PARAMETER_UNKNOWN",
        "b=c, PARAMETER_UNKNOWN",
        "&, PARAMETER_UNKNOWN",
        "Permission=deployment.deploys.create&resource=RESOURCE, PARAMETER_UNKNOWN",
        "permission=deployment.deploys.create&resource=RESOURCE&permission=workspace.get, PARAMETER_REPEATED",
        "permission=deployment.deploys.create&resource=RESOURCE&resource=RESOURCE, PARAMETER_REPEATED",
        "permission=&resource=RESOURCE, PERMISSION_INVALID",
        "permission&resource=RESOURCE, PERMISSION_INVALID",
        "permission=a%2Eb&resource=RESOURCE, PERMISSION_INVALID",
        "permission=deployment.deploys.create&resource=, RESOURCE_INVALID",
        "permission=deployment.deploys.create&resource=organizations/-, RESOURCE_INVALID",
        "permission=deployment.deploys.create&resource=RESOURCE/, RESOURCE_INVALID",
        "permission=deployment.deploys.create&resource=RESOURCE%00, RESOURCE_INVALID",
        "permission=deployment.deploys.create&resource=RESOURCE#x, RESOURCE_INVALID",
    })
    void whatIsNotUnderstoodLetsNobodyThrough(String query, String reason) throws IOException {
        String target = "?" + query.replace("RESOURCE", "organizations/" + ORGANIZATION + "/workspaces/" + WORKSPACE);
        String answer = house.ask(asking(ANYBODY + target, token));
        assertEquals(400, status(answer));
        assertEquals(reason, header(answer, "X-Auth-Reason"));
        assertEquals("-", header(answer, "X-Auth-Subject"));
        String toNginx = house.ask(asking("/forward-auth/nginx" + target, token));
        assertEquals(403, status(toNginx));
        assertEquals("400", header(toNginx, "X-Auth-Status"));
        assertEquals(reason, header(toNginx, "X-Auth-Reason"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Authorization: Basic Zm9vOmJhcg==\r\n", "Authorization:\r\n", "Authorization: Bearers x\r\n"
            })
    void withoutATokenThereIsNoError(String header) throws IOException {
        String answer = house.ask("GET " + ANYBODY + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n");
        assertEquals(401, status(answer));
        assertEquals("Bearer realm=\"signet\"", header(answer, "WWW-Authenticate"));
        assertEquals("CREDENTIALS_MISSING", header(answer, "X-Auth-Reason"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer x",
                "Bearer T T",
                "Bearer T,T",
                "Bearer T=",
                "Bearer \"T\"",
                "bearer é"
            })
    void whatIsNoTokenIsMalformed(String credentials) throws IOException {
        String answer = house.ask(with("Authorization: " + credentials.replace("T", token)));
        assertEquals(401, status(answer));
        assertEquals("MALFORMED", header(answer, "X-Auth-Reason"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bearer ", "BEARER ", "Bearer    ", "Bearer T   "})
    void theSchemesCaseAndSpacesMayVary(String before) throws IOException {
        String credentials = before.contains("T") ? before.replace("T", token) : before + token;
        assertEquals(200, status(house.ask(with("aUTHORIZATION:   " + credentials))));
    }

    @Test
    void nobodyPresentsTwoTokens() throws IOException {
        for (String second : List.of(token, "", "x")) {
            String answer = house.ask(with("Authorization: Bearer " + token + "\r\nauthorization: Bearer " + second));
            assertEquals(400, status(answer));
            assertEquals("CREDENTIALS_REPEATED", header(answer, "X-Auth-Reason"));
        }
    }

    @Test
    void noOtherHeaderHasASay() throws IOException {
        String plain = house.ask(with("Authorization: Bearer " + token));
        String spoofed = house.ask(with(String.join(
                "\r\n",
                "X-Auth-Subject: tok_somebody",
                "X-Auth-Organization: org_other",
                "X-Auth-Status: 200",
                "X-Auth-Reason: ACCEPTED",
                "X-Forwarded-Method: GET",
                "X-Forwarded-Uri: /forward-auth/nginx?permission=x",
                "X-Original-URI: /open",
                "X-Original-Method: OPTIONS",
                "X-HTTP-Method-Override: OPTIONS",
                "Authorization: Bearer " + token)));
        assertEquals(plain, spoofed);
        String refused = house.ask("GET " + ANYBODY + " HTTP/1.1\r\nHost: h\r\nX-Auth-Subject: " + tokens.subject()
                + "\r\nProxy-Authorization: Bearer " + token + "\r\nCookie: access_token=" + token + "\r\n\r\n");
        assertEquals(401, status(refused));
        assertEquals("-", header(refused, "X-Auth-Subject"));
    }

    @Test
    void whileNothingCanBeSaidOfATokenItMayBeTriedAgain() throws Exception {
        String foreign = TestTokens.of(Kind.WORKSPACE)
                .with("org", TestTokens.OTHER_ORGANIZATION)
                .sign();
        house.loading.complete(null);
        String answer = house.ask(asking(ANYBODY, foreign));
        assertEquals(503, status(answer));
        assertEquals("1", header(answer, "Retry-After"));
        assertEquals("", header(answer, "WWW-Authenticate"));
        String toNginx = house.ask(asking("/forward-auth/nginx", foreign));
        assertEquals(403, status(toNginx));
        assertEquals("503", header(toNginx, "X-Auth-Status"));
        assertEquals("NOT_LOADED", header(toNginx, "X-Auth-Reason"));
    }

    @Test
    void anAnswerWaitsForAnOrganizationThatIsBeingLoaded() throws Exception {
        String foreign = TestTokens.of(Kind.WORKSPACE)
                .with("org", TestTokens.OTHER_ORGANIZATION)
                .sign();
        try (HttpHouse.Client client = house.connect()) {
            client.send(asking(ANYBODY, foreign) + asking(ANYBODY, "x"));
            assertEquals(TestTokens.OTHER_ORGANIZATION, house.awaitNeeded());
            house.trust.replace(OrganizationTrust.unchanged(TestTokens.OTHER_ORGANIZATION, 5, Freshness.AUTHORITATIVE));
            house.loading.complete(null);
            assertEquals(200, status(client.answer()));
            assertEquals(401, status(client.answer()));
        }
    }

    @Test
    void withoutRoomForAnotherSignatureCheckItMayBeTriedAgain() throws IOException {
        house.pool.close();
        String answer = house.ask(asking(ANYBODY, token));
        assertEquals(429, status(answer));
        assertEquals("1", header(answer, "Retry-After"));
        assertEquals("OVERLOADED", header(answer, "X-Auth-Reason"));
        String toNginx = house.ask(asking("/forward-auth/nginx", token));
        assertEquals(403, status(toNginx));
        assertEquals("429", header(toNginx, "X-Auth-Status"));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void nginxIsToldWhatItKnows(Reason reason) {
        Denial denial = Denial.of(reason);
        assertTrue(List.of(401, 403, 503).contains(denial.status()));
        assertEquals(denial.status() == 401 ? 401 : 403, GatewayProfile.NGINX.told(denial.status()));
        for (GatewayProfile other : List.of(GatewayProfile.CADDY, GatewayProfile.TRAEFIK, GatewayProfile.HAPROXY)) {
            assertEquals(denial.status(), other.told(denial.status()));
        }
    }

    @Test
    void everyHeaderIsInEveryAnswer() throws IOException {
        for (String answer : List.of(
                house.ask(asking(ANYBODY, token)),
                house.ask(asking(ANYBODY, "x")),
                house.ask(asking(ANYBODY + "?b=c", token)),
                house.ask("GET " + ANYBODY + " HTTP/1.1\r\nHost: h\r\n\r\n"))) {
            ForwardAuthAnswers.headers()
                    .forEach(name -> assertFalse(header(answer, name).isEmpty(), name));
        }
    }

    @Test
    void theTokenIsNotPrinted() {
        assertFalse(new PresentedToken(token, null).toString().contains(token));
    }

    private static String with(String headers) {
        return "GET " + ANYBODY + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n\r\n";
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }

    /** Empty where it is not there. */
    private static String header(String answer, String name) {
        return Stream.of(answer)
                .flatMap(Pattern.compile("\r\n")::splitAsStream)
                .filter(line -> line.startsWith(name + ": "))
                .map(line -> line.substring(name.length() + 2))
                .findFirst()
                .orElse("");
    }
}
