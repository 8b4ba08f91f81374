package dev.signet.authority.oauth;

import dev.signet.authority.grpc.LocalServer;
import dev.signet.authority.http.Authorization;
import dev.signet.authority.http.Authorization.IdAndSecret;
import dev.signet.authority.http.HttpRequest;
import dev.signet.authority.http.Parameters;
import dev.signet.v1.AccessTokenServiceGrpc;
import dev.signet.v1.ExchangeApiKeyRequest;
import dev.signet.v1.ExchangeApiKeyResponse;
import dev.signet.v1.TokenServiceGrpc;
import dev.signet.v1.WhoAmIRequest;
import org.jspecify.annotations.Nullable;

/**
 * Who asks. A client is an API key, which says its id and secret as {@code Basic} or in the form (RFC 6749 section
 * 2.3.1), or whoever has a token, as {@code Bearer}. A key becomes an access token first, so that behind this there are
 * tokens only.
 */
final class Clients {
    private final LocalServer services;

    Clients(LocalServer services) {
        this.services = services;
    }

    /**
     * The token to call the services with.
     *
     * @throws OAuthError where no credential was sent, or two
     */
    String token(HttpRequest request, Parameters form) {
        Authorization authorization = Authorization.of(request);
        if (authorization != null && authorization.scheme().equals(Authorization.BEARER)) {
            if (form.optional("client_secret") != null) {
                throw OAuthError.invalidRequest("send one credential");
            }
            return authorization.value();
        }
        return exchange(request, key(authorization, form), "").getAccessToken();
    }

    /**
     * The API key of a request.
     *
     * @throws OAuthError where none was sent, or one in two ways
     */
    static IdAndSecret key(HttpRequest request, Parameters form) {
        return key(Authorization.of(request), form);
    }

    private static IdAndSecret key(@Nullable Authorization authorization, Parameters form) {
        String id = form.optional("client_id");
        String secret = form.optional("client_secret");
        if (authorization == null) {
            if (id == null || secret == null) {
                throw OAuthError.invalidClient("send an API key's id and secret, as Basic or in the form");
            }
            return new IdAndSecret(id, secret);
        }
        if (!authorization.scheme().equals(Authorization.BASIC)) {
            throw OAuthError.invalidClient("a client is an API key, sent as Basic or in the form");
        }
        IdAndSecret key = authorization.basic();
        if (secret != null || (id != null && !id.equals(key.id()))) {
            throw OAuthError.invalidRequest("send one credential");
        }
        return key;
    }

    /**
     * The organization that a caller belongs to, as the store has it.
     *
     * @return empty for the operator, who belongs to none
     */
    String organization(HttpRequest request, String token) {
        return TokenServiceGrpc.newBlockingStub(services.from(request.address(), token))
                .whoAmI(WhoAmIRequest.getDefaultInstance())
                .getPrincipal()
                .getOrganization();
    }

    ExchangeApiKeyResponse exchange(HttpRequest request, IdAndSecret key, String audience) {
        return AccessTokenServiceGrpc.newBlockingStub(services.from(request.address(), null))
                .exchangeApiKey(ExchangeApiKeyRequest.newBuilder()
                        .setKeyId(key.id())
                        .setSecret(key.secret())
                        .setAudience(audience)
                        .build());
    }
}
