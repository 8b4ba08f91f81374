package dev.signet.authority.oauth;

import com.google.gson.JsonObject;
import dev.signet.authority.http.Endpoint;
import dev.signet.authority.http.HttpReply;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.http.Parameters;
import dev.signet.v1.ExchangeApiKeyResponse;

/** Access tokens for API keys: the client credentials grant (RFC 6749 section 4.4). */
final class TokenEndpoint implements Endpoint {
    private final Clients clients;

    TokenEndpoint(Clients clients) {
        this.clients = clients;
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        Parameters form = Parameters.ofForm(request);
        if (!form.required("grant_type").equals("client_credentials")) {
            throw OAuthError.of("unsupported_grant_type", "grant_type must be client_credentials");
        }
        if (form.optional("scope") != null) {
            throw OAuthError.of("invalid_scope", "an access token has the role of its API key; send no scope");
        }
        ExchangeApiKeyResponse token = clients.exchange(request, Clients.key(request, form), audience(form));
        JsonObject body = new JsonObject();
        body.addProperty("access_token", token.getAccessToken());
        body.addProperty("token_type", "Bearer");
        body.addProperty("expires_in", token.getExpiresIn().getSeconds());
        return HttpReply.json(200, body).with("Pragma", "no-cache");
    }

    /** Whom the token is for, by the name that many clients use or by that of RFC 8707; empty for the default. */
    private static String audience(Parameters form) {
        String audience = form.optional("audience");
        String resource = form.optional("resource");
        if (audience != null && resource != null && !audience.equals(resource)) {
            throw OAuthError.of("invalid_target", "audience and resource differ");
        }
        if (audience != null) {
            return audience;
        }
        return resource == null ? "" : resource;
    }
}
