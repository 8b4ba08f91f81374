package dev.signet.authority.oauth;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import java.util.List;

/** What there is, for clients that find out by themselves (RFC 8414). */
final class MetadataEndpoint implements Endpoint {
    private static final List<String> CLIENT = List.of("client_secret_basic", "client_secret_post");
    /** Where a token authenticates the caller as well (RFC 8414 section 2). */
    private static final List<String> CLIENT_OR_TOKEN = List.of("client_secret_basic", "client_secret_post", "Bearer");

    private final HttpReply reply;

    MetadataEndpoint(String issuer) {
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        JsonObject body = new JsonObject();
        body.addProperty("issuer", issuer);
        body.addProperty("token_endpoint", base + OAuth.TOKEN);
        body.addProperty("jwks_uri", base + OAuth.KEYS);
        body.addProperty("introspection_endpoint", base + OAuth.INTROSPECT);
        body.addProperty("revocation_endpoint", base + OAuth.REVOKE);
        body.add("grant_types_supported", array(List.of("client_credentials")));
        // Required, and there is no authorization endpoint.
        body.add("response_types_supported", array(List.of()));
        body.add("token_endpoint_auth_methods_supported", array(CLIENT));
        body.add("introspection_endpoint_auth_methods_supported", array(CLIENT_OR_TOKEN));
        body.add("revocation_endpoint_auth_methods_supported", array(CLIENT_OR_TOKEN));
        this.reply = HttpReply.json(200, body).with("Cache-Control", "public, max-age=3600");
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        return reply;
    }

    private static JsonArray array(List<String> texts) {
        JsonArray array = new JsonArray();
        texts.forEach(array::add);
        return array;
    }
}
