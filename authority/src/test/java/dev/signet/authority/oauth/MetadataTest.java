package dev.signet.authority.oauth;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.authority.http.HttpRequest;
import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients find out by themselves. */
final class MetadataTest {

    @ParameterizedTest
    @CsvSource({
        "https://signet.example, https://signet.example/oauth2/token",
        "https://signet.example/auth, https://signet.example/auth/oauth2/token",
        "https://signet.example/auth/, https://signet.example/auth/oauth2/token",
    })
    void everyPathFollowsTheIssuer(String issuer, String tokenEndpoint) {
        JsonObject metadata = JsonParser.parseString(new MetadataEndpoint(issuer)
                        .answer(new HttpRequest("GET", "/", Map.of(), "", HttpFields.EMPTY, "", "local"))
                        .body())
                .getAsJsonObject();
        assertEquals(issuer, metadata.get("issuer").getAsString());
        assertEquals(tokenEndpoint, metadata.get("token_endpoint").getAsString());
        String base = tokenEndpoint.substring(0, tokenEndpoint.length() - "/oauth2/token".length());
        assertEquals(base + "/.well-known/jwks.json", metadata.get("jwks_uri").getAsString());
        assertEquals(
                base + "/oauth2/introspect",
                metadata.get("introspection_endpoint").getAsString());
        assertEquals(
                base + "/oauth2/revoke", metadata.get("revocation_endpoint").getAsString());
    }
}
