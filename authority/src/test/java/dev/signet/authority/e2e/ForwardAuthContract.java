package dev.signet.authority.e2e;

import static dev.signet.authority.e2e.RawHttp.head;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.signet.authority.e2e.RawHttp.Answer;
import dev.signet.authority.e2e.RecordingServer.Seen;
import dev.signet.v1.CreateTokenResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What client and backend see with a gateway between them that asks the sidecar, by the configuration that is shipped
 * for it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ForwardAuthContract {
    private static final String DEPLOYS = "/deploys/1";
    private static final List<String> IDENTITY = List.of(
            "X-Auth-Status",
            "X-Auth-Reason",
            "X-Auth-Subject",
            "X-Auth-Organization",
            "X-Auth-Token-Id",
            "X-Auth-Kind");
    private static final int LARGE = 1_000_000;

    @RegisterExtension
    static final Processes PROCESSES = new Processes();

    private final Gateway gateway;
    private ProtectedSite site;
    private int port;

    ForwardAuthContract(Gateway gateway) {
        this.gateway = gateway;
    }

    @BeforeAll
    void start(@TempDir Path folder) {
        assumeTrue(gateway.isInstalled(), () -> gateway.program() + " is not installed");
        site = new ProtectedSite(PROCESSES, folder);
        port = site.start(gateway);
    }

    @BeforeEach
    void forget() {
        site.backend.take();
    }

    @AfterAll
    void end() {
        if (site != null) {
            site.close();
        }
    }

    /** Behind a gateway whose configuration is not as it should be. */
    void assertNobodyPasses(Map<String, String> changes) {
        int changed = site.start(gateway, changes);
        assertEquals(
                503, RawHttp.ask(changed, head("GET /", bearer(deployer()))).status());
        assertNothingPassed();
    }

    @Test
    void theBackendIsToldWhoItIsAndNotGivenTheToken() {
        Seen seen = passed(ask(head("GET /a?b=c", bearer(deployer()))));
        assertEquals("GET", seen.method());
        assertEquals("/a?b=c", seen.target());
        assertEquals(List.of(Client.id(site.deployer.getToken().getName())), seen.all("X-Auth-Subject"));
        assertEquals(List.of(Client.id(site.tenant.organization())), seen.all("X-Auth-Organization"));
        assertEquals(List.of("workspace"), seen.all("X-Auth-Kind"));
        assertEquals(List.of("200"), seen.all("X-Auth-Status"));
        assertEquals(List.of("ACCEPTED"), seen.all("X-Auth-Reason"));
        assertEquals(1, seen.all("X-Auth-Token-Id").size());
        assertEquals(List.of(), seen.all("Authorization"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-None: x", "Authorization: Basic Zm9vOmJhcg==", "Cookie: access_token=x"})
    void withoutATokenTheClientIsAskedForOne(String header) {
        Answer answer = ask(head("GET /?access_token=" + deployer(), header));
        assertEquals(401, answer.status());
        assertEquals("Bearer realm=\"signet\"", answer.one("WWW-Authenticate"));
        assertNothingPassed();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "Bearer x", "Bearer T.T", "Bearer T T", "Bearer T, Bearer T", "bearer a.b.c"})
    void aMalformedTokenIsRefused(String credentials) {
        assertRejected("MALFORMED", ask(head("GET /", "Authorization: " + credentials.replace("T", deployer()))));
    }

    @Test
    void anExpiredTokenIsRefused() {
        assertRejected("EXPIRED", ask(head("GET /", bearer(site.expired))));
    }

    @Test
    void aRevokedTokenIsRefusedOnceThatIsConfirmed() {
        CreateTokenResponse token = site.owner.createToken(
                site.tenant.workspace(), "WORKSPACE_OPERATOR", "short-lived " + gateway.program());
        passed(ask(head("GET /", bearer(token.getValue()))));
        var unused = site.owner.deleteToken(token.getToken().getName(), Duration.ofSeconds(20));
        assertRejected("REVOKED", ask(head("GET /", bearer(token.getValue()))));
    }

    @Test
    void aPermissionIsNeededWhereTheConfigurationSaysSo() {
        passed(ask(head("GET " + DEPLOYS, bearer(site.looker))));
        passed(ask(head("POST " + DEPLOYS, bearer(deployer()), "Content-Length: 0")));
        assertForbidden(ask(head("POST " + DEPLOYS, bearer(site.looker), "Content-Length: 0")));
        assertForbidden(ask(head("DELETE " + DEPLOYS, bearer(site.looker))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%64eploys/1",
                "//deploys/1",
                "/./deploys/1",
                "/a/../deploys/1",
                "/a/%2e%2e/deploys/1",
                "/deploys%2F1",
                "/deploys/?permission=deployment.get",
                "/deploys",
                "/deploys.json",
                "/Deploys/1",
                "/deploys;x/1",
                "/deploys%3Bx/1",
                "/deploys%0A",
                "/;/deploys/1",
                "/a/..;/deploys/1",
                "/a\\..\\deploys/1",
                "/a%5C..%5Cdeploys/1",
                "/a%2F..%2Fdeploys/1",
                "/%2564eploys/1",
                "/a#/../deploys/1"
            })
    void anotherWayToWriteThePathGoesNoOtherWay(String path) {
        assertRefused(ask(head("DELETE " + path, bearer(site.looker))));
    }

    /** Which is judged undone must be handed on undone, or not at all: there are backends that undo nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"/deploys/../a", "/deploys/1/%2E%2e/.%2e/a", "/deploys//../a", "//a/deploys/1"})
    void dotsAndSlashesAreUndoneForTheBackendAsWell(String path) {
        Answer answer = ask(head("DELETE " + path, bearer(site.looker)));
        if (answer.status() == 200) {
            assertFalse(passed(answer).target().matches(".*(//|/deploys/[.%]|%2e).*"));
        } else {
            assertRefused(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/dags/a.b~c/.d/runs/m__2026-01-01T00%3A00%3A00%2B00%3A00?a=b;c//..%2f", "/%C3%A9%20a"})
    void usualPathsReachTheBackendAsTheyCame(String path) {
        assertEquals(
                path, passed(ask(head("POST " + path, bearer(site.looker)))).target());
    }

    /** What is named there is for one connection only, so that proxies take it away. */
    @Test
    void nobodyHasTheHeadersOfIdentityTakenAway() {
        for (String name : IDENTITY) {
            Answer answer =
                    ask(head("GET /", bearer(deployer()), "Connection: close, " + name.toLowerCase(Locale.ROOT)));
            if (answer.status() == 200) {
                Seen seen = passed(answer);
                assertEquals(1, seen.all(name).size(), name);
                assertFalse(String.join(",", seen.all("Connection"))
                        .toLowerCase(Locale.ROOT)
                        .contains("x-auth"));
            } else {
                assertRefused(answer);
            }
        }
    }

    @Test
    void theClientsWordsHaveNoSay() {
        String[] spoofed = {
            "X-Forwarded-Method: GET",
            "X-Forwarded-Uri: /",
            "X-Original-Method: GET",
            "X-Original-URI: /",
            "X-Original-URL: /",
            "X-Rewrite-URL: /",
            "X-HTTP-Method-Override: GET",
            "X-Auth-Status: 200",
            "X-Auth-Reason: ACCEPTED",
            "X-Auth-Subject: tok_somebody",
        };
        String[] asLooker = Arrays.copyOf(spoofed, spoofed.length + 1);
        asLooker[spoofed.length] = bearer(site.looker);
        assertForbidden(ask(head("DELETE " + DEPLOYS, asLooker)));
        assertEquals(401, ask(head("GET " + DEPLOYS, spoofed)).status());
        assertNothingPassed();
        String query = "/?permission=deployment.update&resource=organizations/org_x&permission=x";
        assertEquals(
                query, passed(ask(head("GET " + query, bearer(site.looker)))).target());
    }

    @Test
    void whoAClientSaysItIsDoesNotReachTheBackend() {
        Seen honest = passed(ask(head("GET /", bearer(deployer()))));
        Seen spoofing = passed(ask(head(
                "GET /",
                bearer(deployer()),
                "X-Auth-Status: 200",
                "X-Auth-Reason: ",
                "X-Auth-Subject: plt_operator",
                "x-auth-subject: plt_operator",
                "X-AUTH-ORGANIZATION: org_other",
                "X-Auth-Token-Id: 0",
                "X_Auth_Subject: plt_operator",
                "X-Auth_Subject: plt_operator",
                "x_auth-subject: plt_operator",
                "X-Auth-Token_Id: 0",
                "X.Auth.Subject: plt_operator",
                "x-auth.subject: plt_operator",
                "X-Auth-Token.Id: 0",
                "X-Auth-Kind: platform",
                "X-Auth-Kind: platform")));
        for (String name : IDENTITY) {
            // As the backends see it that take an underscore or a dot for a dash.
            assertEquals(honest.all(name), spoofing.alike(name), name);
        }
    }

    @Test
    void nobodyPresentsTwoTokens() {
        for (String second : List.of(bearer(site.looker), "authorization: Basic Zm9vOmJhcg==")) {
            Answer answer = ask(head("GET /", bearer(deployer()), second));
            assertEquals(400, answer.status());
            assertNothingPassed();
        }
    }

    @Test
    void bodiesReachTheBackendWhole() {
        assertEquals(
                "hello",
                passed(ask(head("POST /", bearer(deployer()), "Content-Length: 5") + "hello"))
                        .body());
        String large = "0123456789".repeat(LARGE / 10);
        assertEquals(
                large,
                passed(ask(head("PUT " + DEPLOYS, bearer(deployer()), "Content-Length: " + LARGE) + large))
                        .body());
        assertEquals(
                "hello world",
                passed(ask(head("POST /", bearer(deployer()), "Transfer-Encoding: chunked")
                                + "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"))
                        .body());
        assertEquals(
                large,
                passed(ask(head("POST /", bearer(deployer()), "Transfer-Encoding: chunked") + Integer.toHexString(LARGE)
                                + "\r\n" + large + "\r\n0\r\n\r\n"))
                        .body());
    }

    @Test
    void aRefusedBodyIsNotTakenForARequest() {
        String smuggled = head("GET /smuggled", bearer(deployer()));
        for (String announced : List.of(
                head("POST /", bearer(site.expired), "Content-Length: " + smuggled.length()) + smuggled,
                head("POST /", bearer(site.expired), "Transfer-Encoding: chunked")
                        + Integer.toHexString(smuggled.length()) + "\r\n" + smuggled + "\r\n0\r\n\r\n")) {
            try (RawHttp client = new RawHttp(port)) {
                client.send(announced + head("GET /after", bearer(deployer()), "Connection: close"));
                assertEquals(401, client.answer().status());
                Answer after = client.answer();
                assertTrue(after.status() == 200 || after.status() == 0, after::toString);
                assertTrue(site.backend.take().stream()
                        .noneMatch(seen -> seen.target().equals("/smuggled")));
            }
        }
        Answer large = ask(head("POST /", bearer(site.expired), "Content-Length: " + LARGE) + "x".repeat(LARGE));
        assertTrue(large.status() == 401 || large.status() == 0, large::toString);
        assertNothingPassed();
    }

    @Test
    void severalRequestsOnOneConnectionAreDecidedEachByItself() {
        try (RawHttp client = new RawHttp(port)) {
            for (int round = 0; round < 3; round++) {
                client.send(head("GET /", bearer(deployer())));
                assertEquals(200, client.answer().status());
                client.send(head("GET /", bearer(site.expired)));
                assertEquals(401, client.answer().status());
            }
        }
    }

    @Test
    void longUrlsPassUpToTheBoundOfTheGateway() {
        String longUrl = "/" + "x".repeat(7_000) + "?" + "y".repeat(200);
        assertEquals(
                longUrl, passed(ask(head("GET " + longUrl, bearer(deployer())))).target());
        assertRejected("EXPIRED", ask(head("GET " + longUrl, bearer(site.expired))));
        Answer tooLong = ask(head("GET /" + "x".repeat(40_000), bearer(deployer())));
        assertTrue(List.of(400, 414, 431).contains(tooLong.status()), tooLong::toString);
        assertNothingPassed();
    }

    /** By something in the sidecar's place, as the sidecar itself has room for more than a test can ask for at once. */
    @Test
    void whoMayTryAgainIsToldSoAndNobodyPassesWhileTheSidecarIsAway() {
        try (RecordingServer standIn = new RecordingServer()) {
            int beside = site.start(gateway, standIn);
            boolean nginx = gateway == Gateway.NGINX;
            for (int status : new int[] {429, 503}) {
                standIn.answerWith(
                        nginx ? 403 : status,
                        Map.of(
                                "Retry-After", "1",
                                "X-Auth-Status", String.valueOf(status),
                                "X-Auth-Reason", "OVERLOADED",
                                "X-Auth-Subject", "-",
                                "X-Auth-Organization", "-",
                                "X-Auth-Token-Id", "-",
                                "X-Auth-Kind", "-"));
                Answer answer = RawHttp.ask(beside, head("GET /", bearer(deployer())));
                assertEquals(status, answer.status());
                assertEquals("1", answer.one("Retry-After"));
                assertNothingPassed();
            }
            standIn.close();
            Answer answer = RawHttp.ask(beside, head("GET /", bearer(deployer())));
            assertTrue(List.of(500, 502, 503, 504).contains(answer.status()), answer::toString);
            assertNothingPassed();
        }
    }

    private Answer ask(String request) {
        return RawHttp.ask(port, request);
    }

    private String deployer() {
        return site.deployer.getValue();
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    /** What the backend saw of the one request that it answered. */
    private Seen passed(Answer answer) {
        assertEquals(200, answer.status(), answer::toString);
        assertEquals("reached", answer.one("X-Backend"));
        List<Seen> seen = site.backend.take();
        assertEquals(1, seen.size());
        return seen.get(0);
    }

    private void assertRejected(String reason, Answer answer) {
        assertEquals(401, answer.status(), answer::toString);
        assertEquals(
                "Bearer realm=\"signet\", error=\"invalid_token\", error_description=\"" + reason + "\"",
                answer.one("WWW-Authenticate"));
        assertNothingPassed();
    }

    private void assertForbidden(Answer answer) {
        assertEquals(403, answer.status(), answer::toString);
        assertEquals(
                "Bearer realm=\"signet\", error=\"insufficient_scope\", error_description=\"PERMISSION_DENIED\"",
                answer.one("WWW-Authenticate"));
        assertNothingPassed();
    }

    /** For lack of the permission, or as nobody can say what is meant. */
    private void assertRefused(Answer answer) {
        assertTrue(List.of(400, 403).contains(answer.status()), answer::toString);
        assertNothingPassed();
    }

    private void assertNothingPassed() {
        assertEquals(List.of(), site.backend.take());
    }
}
