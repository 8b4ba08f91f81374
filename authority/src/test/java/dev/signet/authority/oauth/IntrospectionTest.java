package dev.signet.authority.oauth;

import static dev.signet.authority.oauth.OAuthHouse.basic;
import static dev.signet.authority.oauth.OAuthHouse.bearer;
import static dev.signet.authority.oauth.OAuthHouse.error;
import static dev.signet.authority.oauth.OAuthHouse.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.Tokens;
import dev.signet.verifier.token.ResourcePath;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a token is worth, and who is told. */
final class IntrospectionTest {
    private static final String INACTIVE = "{\"active\":false}";

    @TempDir
    private static Path data;

    private static OAuthHouse house;

    @BeforeAll
    static void open() {
        house = new OAuthHouse(data);
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private HttpResponse<String> ask(String token, String authorization) {
        HttpResponse<String> response =
                house.face.post("/oauth2/introspect", Map.of("token", token), "Authorization", authorization);
        assertEquals(List.of("no-store"), response.headers().allValues("Cache-Control"));
        return response;
    }

    private Tokens.WithValue issue(String audience) {
        return house.authority
                .tokens()
                .create(
                        house.owner,
                        new Tokens.NewToken(house.deployment, "a token", "", Map.of(), 30, audience, Retry.NEVER));
    }

    @Test
    void aGoodTokenIsToldWithTheRolesInForce() {
        Tokens.WithValue token = issue("");
        HttpResponse<String> response = ask(token.value(), bearer(house.owner));
        assertEquals(200, response.statusCode(), response::body);
        JsonObject body = json(response);
        assertTrue(body.get("active").getAsBoolean());
        assertEquals(token.token().id(), body.get("sub").getAsString());
        assertEquals(token.token().id(), body.get("client_id").getAsString());
        assertEquals(TestAuthority.ISSUER, body.get("iss").getAsString());
        assertEquals("deployment", body.get("kind").getAsString());
        assertEquals(house.organization.organization(), body.get("org").getAsString());
        assertEquals(
                "[\"DEPLOYMENT_ADMIN\"]",
                body.getAsJsonObject("grants").get(house.deployment.id()).toString());
        assertEquals(30 * 86_400, body.get("exp").getAsLong() - body.get("iat").getAsLong());
        assertFalse(response.body().contains(token.value()));
    }

    @Test
    void anApiKeyMayAsk() {
        assertTrue(
                json(ask(issue("").value(), basic(house.key()))).get("active").getAsBoolean());
    }

    @Test
    void aTokenForAnotherAudienceIsGoodToo() {
        JsonObject body = json(ask(issue(TestAuthority.OTHER_AUDIENCE).value(), bearer(house.owner)));
        assertTrue(body.get("active").getAsBoolean());
        assertEquals("[\"billing\"]", body.get("aud").toString());
    }

    @Test
    void whatHasEndedIsInactive() {
        Tokens.WithValue token = issue("");
        house.authority
                .tokens()
                .delete(
                        house.owner,
                        house.organization.organization(),
                        token.token().id());
        assertEquals(INACTIVE, ask(token.value(), bearer(house.owner)).body());
        assertEquals(INACTIVE, ask("something", bearer(house.owner)).body());
    }

    @Test
    void anotherOrganizationIsToldNothing() {
        ResourcePath other = house.authority.organization();
        Call stranger = house.authority.owner(other);
        String token = issue("").value();
        assertEquals(INACTIVE, ask(token, bearer(stranger)).body());
        assertTrue(json(ask(token, bearer(house.authority.platform())))
                .get("active")
                .getAsBoolean());
    }

    @Test
    void whoeverAsksMustBeSomebody() {
        String token = issue("").value();
        assertEquals("401 invalid_client", error(house.face.post("/oauth2/introspect", Map.of("token", token))));
        assertEquals("401 invalid_client", error(ask(token, "Bearer " + token + "x")));
        assertEquals(
                "401 invalid_client", error(ask(token, basic(house.key().key().id(), "sgk_wrong"))));
        Call gone = house.authority.owner(house.organization);
        house.authority.tokens().delete(house.owner, house.organization.organization(), gone.subject());
        assertEquals("401 invalid_client", error(ask(token, bearer(gone))));
    }

    @Test
    void aTokenMustBeSent() {
        assertEquals(
                "400 invalid_request",
                error(house.face.post("/oauth2/introspect", Map.of(), "Authorization", bearer(house.owner))));
    }

    /** What is made for another service lets nobody in here, whatever its roles. */
    @Test
    void aTokenForAnotherAudienceIsNoCredential() {
        String other = issue(TestAuthority.OTHER_AUDIENCE).value();
        HttpResponse<String> refused = ask(other, "Bearer " + other);
        assertEquals("401 invalid_client", error(refused));
        assertEquals(
                "Bearer realm=\"signet\", error=\"invalid_token\"", OAuthHouse.header(refused, "WWW-Authenticate"));
        assertEquals(
                "Basic realm=\"signet\"",
                OAuthHouse.header(ask(other, basic(house.key().key().id(), "sgk_wrong")), "WWW-Authenticate"));
    }

    @Test
    void anAccessTokenOfADeletedKeyIsInactiveAtOnce() {
        ApiKeys.WithSecret key = house.key();
        String access = house.authority
                .apiKeys()
                .exchange(key.key().id(), key.secret(), "")
                .value();
        assertTrue(json(ask(access, bearer(house.owner))).get("active").getAsBoolean());
        house.authority
                .apiKeys()
                .delete(house.owner, house.deployment, key.key().id());
        assertEquals(INACTIVE, ask(access, bearer(house.owner)).body());
        assertEquals("401 invalid_client", error(ask(access, "Bearer " + access)));
        assertEquals("401 invalid_client", error(ask(access, basic(key))));
    }
}
