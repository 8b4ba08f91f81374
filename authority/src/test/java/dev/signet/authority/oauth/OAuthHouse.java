package dev.signet.authority.oauth;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.signet.authority.InProcess;
import dev.signet.authority.TestAuthority;
import dev.signet.authority.access.Call;
import dev.signet.authority.http.HttpFace;
import dev.signet.authority.tokens.ApiKeys;
import dev.signet.authority.tokens.Retry;
import dev.signet.authority.tokens.StatusLists;
import dev.signet.authority.tokens.TokensConfig;
import dev.signet.verifier.token.ResourcePath;
import dev.signet.verifier.trust.Clocks;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/** An authority with an organization, and what it serves by HTTP. */
final class OAuthHouse implements AutoCloseable {
    final TestAuthority authority;
    final HttpFace face;
    final ResourcePath organization;
    final Call owner;
    final ResourcePath deployment;
    private final InProcess services;

    OAuthHouse(Path data) {
        this(data, TestAuthority.config(data).tokens());
    }

    /** @param config what the endpoints go by */
    OAuthHouse(Path data, TokensConfig config) {
        authority = TestAuthority.open(data);
        services = new InProcess(authority);
        face = new HttpFace(OAuth.routes(
                config,
                services.server(),
                authority.publisher().state(),
                new StatusLists(
                        authority.ledger(),
                        authority.publisher().state(),
                        authority.publisher()::exists,
                        config,
                        authority.minter(),
                        authority.clock()),
                new Clocks(() -> 0, authority.clock())));
        organization = authority.organization();
        owner = authority.owner(organization);
        deployment = authority.deployment(owner, authority.workspace(owner, organization));
    }

    ApiKeys.WithSecret key() {
        return authority.apiKeys().create(owner, deployment, "a key", "", Retry.NEVER);
    }

    /** Of a token that may do everything in the organization. */
    static String bearer(Call call) {
        return "Bearer " + call.credential().text();
    }

    static String basic(String id, String secret) {
        return "Basic " + Base64.getEncoder().encodeToString((id + ":" + secret).getBytes(StandardCharsets.UTF_8));
    }

    static String basic(ApiKeys.WithSecret key) {
        return basic(key.key().id(), key.secret());
    }

    static JsonObject json(HttpResponse<String> response) {
        return JsonParser.parseString(response.body()).getAsJsonObject();
    }

    /** The error of an answer in the form of RFC 6749 section 5.2, with its status. */
    static String error(HttpResponse<String> response) {
        return response.statusCode() + " " + json(response).get("error").getAsString();
    }

    static String header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @Override
    public void close() {
        face.close();
        services.close();
        authority.close();
    }
}
