package dev.signet.authority.oauth;

import static dev.signet.authority.oauth.OAuthHouse.basic;
import static dev.signet.authority.oauth.OAuthHouse.error;
import static dev.signet.authority.oauth.OAuthHouse.header;
import static dev.signet.authority.oauth.OAuthHouse.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonObject;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.Verdicts;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.verifier.token.Kind;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client credentials grant, and everything that is none. */
final class TokenEndpointTest {
    private static final Map<String, String> GRANT = Map.of("grant_type", "client_credentials");

    @TempDir
    private static Path data;

    private static OAuthHouse house;
    private ApiKeys.WithSecret key;

    @BeforeAll
    static void open() {
        house = new OAuthHouse(data);
    }

    @BeforeEach
    void makeKey() {
        key = house.key();
    }

    @AfterAll
    static void close() {
        house.close();
    }

    private HttpResponse<String> ask(Map<String, String> form, String... headers) {
        return house.face.post("/oauth2/token", form, headers);
    }

    private Map<String, String> with(String name, String value) {
        return Map.of("grant_type", "client_credentials", name, value);
    }

    @Test
    void anApiKeyByBasicGetsAnAccessToken() {
        HttpResponse<String> response = ask(GRANT, "Authorization", basic(key));
        assertEquals(200, response.statusCode(), response::body);
        JsonObject token = json(response);
        assertEquals("Bearer", token.get("token_type").getAsString());
        assertEquals(3_599, token.get("expires_in").getAsInt());
        assertEquals("no-store", header(response, "Cache-Control"));
        assertEquals("application/json", header(response, "Content-Type"));
        var call = house.authority.verified(token.get("access_token").getAsString());
        assertEquals(Kind.ACCESS, call.claims().kind());
        assertEquals(key.key().id(), call.subject());
    }

    @Test
    void anApiKeyInTheFormGetsOneToo() {
        HttpResponse<String> response = ask(Map.of(
                "grant_type", "client_credentials", "client_id", key.key().id(), "client_secret", key.secret()));
        assertEquals(200, response.statusCode(), response::body);
    }

    @ParameterizedTest
    @CsvSource({"audience", "resource"})
    void itIsForWhoeverIsNamed(String parameter) {
        HttpResponse<String> response = ask(with(parameter, TestAuthority.OTHER_AUDIENCE), "Authorization", basic(key));
        String token = json(response).get("access_token").getAsString();
        assertEquals(
                "WRONG_AUDIENCE",
                Verdicts.reason(house.authority.verifier(), token).name());
    }

    @Test
    void aDeletedKeyGetsNoneAndLearnsNoMore() {
        String wrong =
                ask(GRANT, "Authorization", basic(key.key().id(), "sgk_wrong")).body();
        house.authority
                .apiKeys()
                .delete(house.owner, house.deployment, key.key().id());
        HttpResponse<String> response = ask(GRANT, "Authorization", basic(key));
        assertEquals("401 invalid_client", error(response));
        assertEquals("Basic realm=\"signet\"", header(response, "WWW-Authenticate"));
        assertEquals(wrong, response.body());
        assertFalse(response.body().contains(key.secret()));
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, password, 400 unsupported_grant_type",
        "grant_type, '', 400 invalid_request",
        "scope, everything, 400 invalid_scope",
        "audience, nobody, 400 invalid_target",
        "client_secret, twice, 400 invalid_request",
        "client_id, key_another, 400 invalid_request",
    })
    void whatIsWrongIsSaid(String parameter, String value, String error) {
        Map<String, String> form = parameter.equals("grant_type") ? Map.of(parameter, value) : with(parameter, value);
        assertEquals(error, error(ask(form, "Authorization", basic(key))));
    }

    @ParameterizedTest
    @CsvSource({
        "Bearer abc, 401 invalid_client",
        "Basic abc, 400 invalid_request",
        "Basic, 400 invalid_request",
        "Basic a2V5, 400 invalid_request",
    })
    void aClientThatIsNone(String authorization, String error) {
        assertEquals(error, error(ask(GRANT, "Authorization", authorization)));
    }

    @Test
    void nobodyAtAll() {
        assertEquals("401 invalid_client", error(ask(GRANT)));
    }

    @Test
    void whatIsSentTwiceIsRefused() {
        HttpResponse<String> twice = house.face.send(
                "POST",
                "/oauth2/token",
                "grant_type=client_credentials&grant_type=client_credentials",
                "Content-Type",
                "application/x-www-form-urlencoded",
                "Authorization",
                basic(key));
        assertEquals("400 invalid_request", error(twice));
        assertEquals(
                "400 invalid_request", error(ask(GRANT, "Authorization", basic(key), "Authorization", basic(key))));
    }

    @Test
    void onlyAFormIsRead() {
        HttpResponse<String> response = house.face.send(
                "POST",
                "/oauth2/token",
                "{\"grant_type\":\"client_credentials\"}",
                "Content-Type",
                "application/json",
                "Authorization",
                basic(key));
        assertEquals("400 invalid_request", error(response));
    }
}
